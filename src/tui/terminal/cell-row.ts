import { widthOfCodePoint } from '../paint/width.ts'

/**
 * One row of the screen as cells. `signs[c]` is what stands in column c: one character, or '' for the right half of a wide one.
 * `looks[c]` are its SGR parameters in one fixed order ('' for none), so that equal looks are equal strings.
 */
export interface CellRow {
  readonly chars: readonly string[]
  readonly styles: readonly string[]
}

interface CellStyle {
  intensity: ReadonlySet<string>
  inverse: boolean
  colour: string
}

const PLAIN: CellStyle = { intensity: new Set(), inverse: false, colour: '' }

/** A row of blanks. */
export function blankRow(columns: number): CellRow {
  return { chars: Array(columns).fill(' '), styles: Array(columns).fill('') }
}

const ESC = 0x1b
/** A style code (its parameters are the group), or any other control sequence. */
const SEQUENCE = new RegExp(
  [
    '\\u{1b}\\[([0-9;:]*)m',
    '\\u{1b}\\[[0-?]*[ -/]*[@-~]',
    '\\u{1b}\\][^\\u{7}\\u{1b}]*(?:\\u{7}|\\u{1b}\\\\)',
    '\\u{1b}.?',
  ].join('|'),
  'suy',
)

/**
 * Reads a line of text with SGR codes into exactly `columns` cells. What lies beyond is cut, a wide character that does not fit
 * becomes a blank; other control codes are dropped.
 */
export function parseRow(text: string, columns: number): CellRow {
  const signs: string[] = []
  const looks: string[] = []
  let look = PLAIN
  let words = ''
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0
    if (codePoint === ESC) {
      SEQUENCE.lastIndex = at
      const [sequence = ' ', sgr] = SEQUENCE.exec(text) ?? []
      at += sequence.length
      if (sgr === undefined) continue
      look = applied(look, sgr)
      words = wordsOf(look)
      continue
    }
    const sign = codePoint > 0xffff ? String.fromCodePoint(codePoint) : text.charAt(at)
    at += sign.length
    if (codePoint < 0x20 || codePoint === 0x7f) continue
    const wide = widthOfCodePoint(codePoint) === 2
    if (signs.length + (wide ? 2 : 1) > columns) break
    signs.push(sign)
    looks.push(sign === ' ' && !look.inverse ? '' : words)
    if (!wide) continue
    signs.push('')
    looks.push(words)
  }
  while (signs.length < columns) {
    signs.push(' ')
    looks.push('')
  }
  return { chars: signs, styles: looks }
}

function applied(look: CellStyle, sgr: string): CellStyle {
  const [first = '', ...rest] = sgr.split(';')
  if (first === '' || first === '0') return PLAIN
  if (first === '1' || first === '2') return { ...look, intensity: new Set([...look.intensity, first]) }
  if (first === '22') return { ...look, intensity: PLAIN.intensity }
  if (first === '7') return { ...look, inverse: true }
  if (first === '27') return { ...look, inverse: false }
  if (first === '39') return { ...look, colour: '' }
  if (first === '38' && rest.length > 0) return { ...look, colour: sgr }
  return /^(3[0-7]|9[0-7])$/.test(first) ? { ...look, colour: first } : look
}

function wordsOf({ intensity, inverse, colour }: CellStyle): string {
  return [...[...intensity].sort(), ...(inverse ? ['7'] : []), ...(colour === '' ? [] : [colour])].join(';')
}
