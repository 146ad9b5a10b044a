import { asciiOf } from './ascii.ts'
import type { Line } from './line.ts'
import { paintOf, type Theme } from './theme.ts'

/** Turns a line into text with SGR codes; each role is opened and closed on its own, never left open at the end. */
export type Encode = (line: Line) => string

const CLOSES: Readonly<Record<string, number>> = { 1: 22, 2: 22, 7: 27 }

/** An encoder for one theme. */
export function encoderOf(theme: Theme): Encode {
  const paint = paintOf(theme)
  return line => {
    let encoded = ''
    let run = ''
    let runCodes: readonly string[] = []
    const flush = (): void => {
      if (run !== '') encoded += wrapped(theme.unicode ? run : asciiOf(run), runCodes)
      run = ''
    }
    for (const { text, role } of line) {
      const codes = paint[role]
      // Blanks look the same in every role that does not fill its ground: fewer codes for the terminal to read.
      const joins =
        codes === runCodes || (!/\S/.test(text) && !codes.includes('7') && !runCodes.includes('7'))
      if (!joins) {
        flush()
        runCodes = codes
      }
      run += text
    }
    flush()
    return encoded
  }
}

function wrapped(text: string, codes: readonly string[]): string {
  if (codes.length === 0) return text
  const open = codes.map(code => `\x1b[${code}m`).join('')
  const close = [...new Set(codes.map(code => CLOSES[code] ?? 39))].map(code => `\x1b[${code}m`).join('')
  return open + text + close
}
