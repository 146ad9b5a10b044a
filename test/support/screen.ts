import { widthOfCodePoint } from '../../src/tui/paint/width.ts'
import { BACKGROUND_QUERY } from '../../src/tui/terminal/reply-filter.ts'

/** What a person sees in one cell: the character ('' for the right half of a wide one) and how it looks. */
interface SeenCell {
  readonly sign: string
  readonly look: string
}

/** An output-only terminal emulator: it interprets the written text; the screen can be read. */
export interface EmulatedScreen {
  write(text: string): void
  cells(): readonly (readonly SeenCell[])[]
  /** The rows as text, blanks at the end dropped. */
  text(): string
  readonly modes: {
    readonly alternate: boolean
    readonly cursorShown: boolean
    readonly wraps: boolean
    readonly synchronized: boolean
    readonly styled: boolean
    readonly title: string
    /** Presses are reported (1000), in the form of SGR (1006). */
    readonly mouse: boolean
    readonly sgrMouse: boolean
  }
  /** Numbers of frames and bells, and unknown codes. Does not position the lines of the shell. */
  readonly counts: {
    readonly frames: number
    readonly bells: number
    /** How often the background was asked for. */
    readonly queries: number
    readonly unknown: readonly string[]
  }
}

const BELL = '\u{7}'
const BLANK: SeenCell = { sign: ' ', look: '' }

/** Interprets only the sequences that axisor writes. Others are counted as unknown, so that a test can fail. */
export function openEmulatedScreen(columns: number, rows: number): EmulatedScreen {
  const main = blank()
  let alternate = blank()
  const modes = {
    alternate: false,
    cursorShown: true,
    wraps: true,
    synchronized: false,
    styled: false,
    title: '',
    mouse: false,
    sgrMouse: false,
  }
  let savedTitle = ''
  const counts = { frames: 0, bells: 0, queries: 0, unknown: [] as string[] }
  /** An incomplete sequence at the end of the written text. */
  let unread = ''
  let row = 0
  let column = 0
  let look = new Set<string>()

  function blank(): SeenCell[][] {
    return Array.from({ length: rows }, () => Array<SeenCell>(columns).fill(BLANK))
  }
  function grid(): SeenCell[][] {
    return modes.alternate ? alternate : main
  }

  function put(sign: string): void {
    const width = widthOfCodePoint(sign.codePointAt(0) ?? 0)
    if (column + width > columns) {
      if (modes.wraps) counts.unknown.push('wrap')
      column = columns - width
    }
    const line = grid()[row]
    if (line === undefined) return
    breakWide(line, column)
    if (width === 2) breakWide(line, column + 1)
    const words = [...look].sort().join(';')
    line[column] = { sign, look: sign === ' ' && !look.has('7') && !look.has('4') ? '' : words }
    if (width === 2) line[column + 1] = { sign: '', look: words }
    column += width
  }

  /** Writing on one half of a wide character blanks the other. */
  function breakWide(line: SeenCell[], at: number): void {
    if (line[at]?.sign === '') line[at - 1] = BLANK
    if (line[at + 1]?.sign === '') line[at + 1] = BLANK
  }

  function style(parameters: string): void {
    const codes = parameters === '' ? ['0'] : parameters.split(';')
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index] ?? ''
      if (code === '0' || code === '') look = new Set()
      else if (code === '38' && codes[index + 1] === '5') {
        look.add(`38;5;${codes[index + 2]}`)
        index += 2
      } else if (code === '38' && codes[index + 1] === '2') {
        look.add(codes.slice(index, index + 5).join(';'))
        index += 4
      } else look.add(code)
    }
    modes.styled = look.size > 0
  }

  function mode(number: string, on: boolean): void {
    if (number === '1049') {
      modes.alternate = on
      if (on) alternate = blank()
    } else if (number === '25') modes.cursorShown = on
    else if (number === '7') modes.wraps = on
    else if (number === '1000') modes.mouse = on
    else if (number === '1006') modes.sgrMouse = on
    else if (number === '2026') {
      modes.synchronized = on
      if (on) counts.frames++
    } else counts.unknown.push(`mode ${number}`)
  }

  function control(parameters: string, final: string): void {
    const first = Number(parameters.split(';')[0] || 1)
    if (final === 'm') style(parameters)
    else if (final === 'H') {
      row = first - 1
      column = Number(parameters.split(';')[1] || 1) - 1
    } else if (final === 'C') column += first
    else if (final === 'K') grid()[row]?.fill(BLANK, column)
    else if (final === 'J' && parameters === '2') grid().forEach(line => void line.fill(BLANK))
    else if ((final === 'h' || final === 'l') && parameters.startsWith('?'))
      mode(parameters.slice(1), final === 'h')
    else if (final === 't' && parameters === '22;2') savedTitle = modes.title
    else if (final === 't' && parameters === '23;2') modes.title = savedTitle
    else counts.unknown.push(`${parameters}${final}`)
  }

  return {
    write(part) {
      const whole = unread + part
      unread = /\u{1b}(?:\[[?0-9;]*)?$/u.exec(whole)?.[0] ?? ''
      const text = whole.slice(0, whole.length - unread.length)
      for (let index = 0; index < text.length; ) {
        const sequence = /^\u{1b}\[([?0-9;]*)([A-Za-z])/u.exec(text.slice(index, index + 24))
        if (sequence !== null) {
          control(sequence[1] ?? '', sequence[2] ?? '')
          index += sequence[0].length
          continue
        }
        if (text.startsWith(BACKGROUND_QUERY, index)) {
          counts.queries++
          index += BACKGROUND_QUERY.length
          continue
        }
        const title = /^\u{1b}\]2;([^\u{7}\u{1b}]*)\u{7}/u.exec(text.slice(index))
        if (title !== null) {
          modes.title = title[1] ?? ''
          index += title[0].length
          continue
        }
        const sign = String.fromCodePoint(text.codePointAt(index) ?? 0)
        if (sign === BELL) counts.bells++
        else if (sign >= ' ') put(sign)
        else if (modes.alternate) counts.unknown.push(JSON.stringify(sign))
        index += sign.length
      }
    },
    cells: () => grid(),
    text: () =>
      grid()
        .map(line =>
          line
            .map(({ sign }) => sign)
            .join('')
            .trimEnd(),
        )
        .join('\n'),
    modes,
    counts,
  }
}
