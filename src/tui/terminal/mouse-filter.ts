import { type MouseReport, parseLegacyReport, parseReport } from './mouse-report.ts'

/** A part of what a terminal sends: text of keys, or a report of the mouse. */
export type TerminalInput =
  | { readonly type: 'keys'; readonly text: string }
  | { readonly type: 'mouse'; readonly report: MouseReport }

/** Takes the reports of the mouse out of what a terminal sends. All other text passes in its order. */
export interface MouseFilter {
  /** Takes the next chunk. A sequence that may become a report is kept until the next one. */
  push(chunk: string): readonly TerminalInput[]
  /** What is kept: the start of any sequence, of a report, or nothing. */
  pending(): 'none' | 'escape' | 'report'
  /** Gives up waiting: the start of a sequence is passed as keys, that of a report is dropped. */
  flush(): readonly TerminalInput[]
}

const ESC = '\x1b'
const START = '\x1b['
/** SGR (mode 1006): `ESC [ < button ; column ; row M`, or `m` when it is released. */
const SGR = '\x1b[<'
/** Before SGR: `ESC [ M` and three characters. Some terminals send it though they were asked for SGR. */
const LEGACY = '\x1b[M'
const LEGACY_LENGTH = LEGACY.length + 3
/** Longer sequences are no report; they are dropped as well. */
const MAX_LENGTH = 40

/** Works character by character, so that it does not matter how the text is split into chunks. */
export function openMouseFilter(): MouseFilter {
  let kept = ''
  let inputs: TerminalInput[] = []

  function keys(text: string): void {
    if (text === '') return
    const last = inputs.at(-1)
    if (last?.type === 'keys') inputs[inputs.length - 1] = { type: 'keys', text: last.text + text }
    else inputs.push({ type: 'keys', text })
  }

  function done(report: MouseReport | null): void {
    kept = ''
    if (report !== null) inputs.push({ type: 'mouse', report })
  }

  /** A character that does not continue what is kept, which is passed or dropped. */
  function restart(char: string): void {
    if (!isReport(kept)) keys(kept)
    kept = ''
    if (char === ESC) kept = ESC
    else keys(char)
  }

  function take(char: string): void {
    if (kept.startsWith(SGR)) {
      if (!isInSequence(char)) restart(char)
      else if (char >= '@') done(parseReport(kept + char))
      else if (kept.length < MAX_LENGTH) kept += char
    } else if (kept.startsWith(LEGACY)) {
      if (char < ' ') restart(char)
      else if (kept.length < LEGACY_LENGTH - 1) kept += char
      else done(parseLegacyReport(kept + char))
    } else if ([START, SGR, LEGACY].includes(kept + char)) kept += char
    else restart(char)
  }

  function taken(): readonly TerminalInput[] {
    const result = inputs
    inputs = []
    return result
  }

  return {
    push(chunk) {
      for (const char of chunk) take(char)
      return taken()
    },
    pending: () => (kept === '' ? 'none' : isReport(kept) ? 'report' : 'escape'),
    flush() {
      if (kept !== '' && !isReport(kept)) keys(kept)
      kept = ''
      return taken()
    },
  }
}

function isReport(kept: string): boolean {
  return kept.startsWith(SGR) || kept.startsWith(LEGACY)
}

/** A parameter, intermediate or final byte of a control sequence. */
function isInSequence(char: string): boolean {
  return char >= ' ' && char <= '~'
}
