import { formatNumber } from '../domain/format.ts'
import type { CommandContext } from './command-context.ts'

/** A command that takes longer reports how far it is. */
const SILENT_MS = 1_000
const EVERY_MS = 2_000

/** Reports on stderr how far a sync is. */
export interface Progress {
  readonly report: (progress: { readonly rows: number; readonly waits: boolean }) => void
  close(): void
}

/**
 * Opens a report that is silent for the first second, and then one line every two seconds. Silent if stderr is no terminal: a job of cron
 * would send it as mail.
 */
export function openProgress({ clock, terminal }: Pick<CommandContext, 'clock' | 'terminal'>): Progress {
  if (!terminal.stderr.isTTY) return { report: () => {}, close: () => {} }
  let latest: { readonly rows: number | null; readonly waits: boolean } = { rows: null, waits: false }
  let cancel = clock.after(SILENT_MS, tick)
  function tick(): void {
    const text = latest.waits
      ? 'waiting for another axisor process that reads the history'
      : `reading the history${latest.rows === null ? '' : `: ${formatNumber(latest.rows)} rows`}`
    void terminal.printError(`axisor: ${text}\n`)
    cancel = clock.after(EVERY_MS, tick)
  }
  return {
    report: progress => {
      latest = progress
    },
    close: () => cancel(),
  }
}
