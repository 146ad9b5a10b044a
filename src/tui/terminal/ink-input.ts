import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Terminal } from '../../ports/terminal.ts'
import { openKeyStream } from './key-stream.ts'
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
  const keys = openKeyStream(stdin, {
    start: () => void stdin.addListener('readable', receive),
    stop() {
      cancel()
      stdin.removeListener('readable', receive)
    },
  })
  let cancel: Cancel = () => {}

  function deliver(inputs: readonly TerminalInput[]): void {
    for (const input of inputs) {
      if (input.type === 'mouse') onReport(input.report)
      else keys.deliver(input.text)
    }
  }
  function receive(): void {
    cancel()
    for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read()) deliver(filter.push(String(chunk)))
    const pending = filter.pending()
    if (pending === 'none') return
    cancel = clock.after(pending === 'escape' ? ESCAPE_MS : REPORT_MS, () => deliver(filter.flush()))
  }

  return keys.stream
}
