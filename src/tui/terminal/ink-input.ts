import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Terminal } from '../../ports/terminal.ts'
import { openMouseFilter, type TerminalInput } from './mouse-filter.ts'
import type { MouseReport } from './mouse-report.ts'

/** How long the rest of a sequence is waited for: a lone Esc is a key. Ink waits as long again. */
const ESCAPE_MS = 20
/** The rest of a report comes; on a slow line a packet may be sent twice. Typed text is kept back so long at most. */
const REPORT_MS = 1_000

/**
 * The stream that Ink reads: the keys of the terminal, without the reports of the mouse. Both are delivered in the order in which they
 * came, as far as Ink takes a key at once. It reads the terminal only while Ink does.
 */
export function inkInput(
  stdin: Terminal['stdin'],
  clock: Pick<Clock, 'after'>,
  onReport: (report: MouseReport) => void,
): Terminal['stdin'] {
  const filter = openMouseFilter()
  const listeners = new Set<() => void>()
  let unread = ''
  let cancel: Cancel = () => {}

  function deliver(inputs: readonly TerminalInput[]): void {
    for (const input of inputs) {
      if (input.type === 'mouse') {
        onReport(input.report)
        continue
      }
      unread += input.text
      for (const listener of [...listeners]) listener()
    }
  }
  function receive(): void {
    cancel()
    for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read()) deliver(filter.push(String(chunk)))
    const pending = filter.pending()
    if (pending === 'none') return
    cancel = clock.after(pending === 'escape' ? ESCAPE_MS : REPORT_MS, () => deliver(filter.flush()))
  }

  const stream = {
    isTTY: stdin.isTTY,
    ...(typeof stdin.setRawMode === 'function' && { setRawMode: (on: boolean) => stdin.setRawMode(on) }),
    setEncoding: (encoding: BufferEncoding) => stdin.setEncoding(encoding),
    ref: () => stdin.ref(),
    unref: () => stdin.unref(),
    read(): string | null {
      const text = unread
      unread = ''
      return text === '' ? null : text
    },
    addListener(event: 'readable', listener: () => void) {
      if (listeners.size === 0) stdin.addListener(event, receive)
      listeners.add(listener)
      return stream
    },
    removeListener(event: 'readable', listener: () => void) {
      listeners.delete(listener)
      if (listeners.size > 0) return stream
      cancel()
      stdin.removeListener(event, receive)
      return stream
    },
  }
  return stream as unknown as Terminal['stdin']
}
