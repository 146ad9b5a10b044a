/** One ASCII character per sign, so that nothing moves. The text next to a sign carries the meaning. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '·': '-',
  '—': '-',
  '–': '-',
  '…': '.',
  '•': '*',
  '−': '-',
  '≈': '=',
  '×': 'x',
  Δ: 'D',
  '●': '*',
  '◌': 'o',
  '◐': '%',
  '✗': 'X',
  '✓': 'v',
  '‖': '=',
  // Not the sign of a lower level.
  '‼': '#',
  '▸': '>',
  '◂': '<',
  '▲': '^',
  '▼': 'v',
  '▓': '#',
  '█': '#',
  '▒': ':',
  '░': '.',
  '─': '-',
  '┈': '.',
  '│': '|',
  '╵': "'",
  '╷': '.',
  '┃': '#',
  '║': ':',
  '╽': '#',
  '╿': '#',
  '╹': '#',
  '╻': '#',
  '▀': '#',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '▁': '_',
  '▂': '.',
  '▃': ',',
  '▄': '-',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
}

/** What is written instead of a character: its sign, its letter without accents, or `?`. */
function substituteOf(char: string, widthOf: (char: string) => number): string {
  const sign = SUBSTITUTES[char]
  if (sign !== undefined) return sign
  const [letter = ''] = char.normalize('NFD')
  return letter < '\x7f' ? letter : '?'.repeat(widthOf(char))
}

/** Returns the text in ASCII. With the columns of a character, it is as wide as before. */
export function asciiOf(text: string, widthOf: (char: string) => number = () => 1): string {
  return text.replace(/[^\0-\x7f]/gu, char => substituteOf(char, widthOf))
}
