import type { Pointer } from '../input/pointer.ts'

/** What the mouse did, at a cell counted from 0. */
export interface MouseReport {
  readonly kind: Pointer['kind']
  readonly column: number
  readonly row: number
}

const SHIFT = 4
const MOTION = 32
const WHEEL = 64
const BUTTON_BITS = 3

/** A report in the form of SGR; null if it is none, or of something that has no function: a release, another button, with Shift. */
export function parseReport(sequence: string): MouseReport | null {
  const match = /^\x1b\[<(\d{1,3});(\d{1,5});(\d{1,5})M$/.exec(sequence)
  return match === null ? null : reportOf(Number(match[1]), Number(match[2]), Number(match[3]))
}

/** A report in the form before SGR: button, column and row, each as a character 32 further. */
export function parseLegacyReport(sequence: string): MouseReport | null {
  const [button = 0, column = 0, row = 0] = [...sequence.slice(-3)].map(char => char.charCodeAt(0) - 32)
  // Bytes that are no UTF-8 arrive as U+FFFD.
  return Math.max(button, column, row) > 223 ? null : reportOf(button, column, row)
}

function reportOf(button: number, column: number, row: number): MouseReport | null {
  // With Shift the terminal selects text; most do not report it.
  if (button >= 2 * WHEEL || (button & (SHIFT | MOTION)) !== 0 || column < 1 || row < 1) return null
  const kind = kindOf(button)
  return kind === null ? null : { kind, column: column - 1, row: row - 1 }
}

function kindOf(button: number): MouseReport['kind'] | null {
  const which = button & BUTTON_BITS
  if ((button & WHEEL) === 0) return which === 0 ? 'press' : null
  if (which > 1) return null
  return which === 0 ? 'wheel-up' : 'wheel-down'
}
