import { widthOf } from './width.ts'

/** One ASCII character per sign, so that nothing moves. The text next to a sign carries the meaning. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
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

/** Returns the text in ASCII, as wide as before. A character without a substitute becomes `?`. */
export function asciiOf(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, char => SUBSTITUTES[char] ?? '?'.repeat(widthOf(char)))
}
