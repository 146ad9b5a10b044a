import { widthOf } from './width.ts'

/** One sign for one sign, so that nothing moves: the words next to them carry the meaning. */
const SIGNS: Readonly<Record<string, string>> = {
  '·': '-',
  '—': '-',
  '–': '-',
  '…': '.',
  '•': '*',
  '≈': '=',
  '×': 'x',
  Δ: 'D',
  '●': '*',
  '◌': 'o',
  '◐': '%',
  '✗': 'X',
  '✓': 'v',
  '‖': '=',
  '‼': '!',
  '▸': '>',
  '◂': '<',
  '▲': '^',
  '▼': 'v',
  '⏎': '<',
  '▓': '#',
  '█': '#',
  '▒': ':',
  '░': '.',
  '─': '-',
  '┈': '.',
  '│': '|',
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
}

/** The text in ASCII only, as wide as before; what has no likeness is `?`. */
export function asciiOf(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, sign => SIGNS[sign] ?? '?'.repeat(widthOf(sign)))
}
