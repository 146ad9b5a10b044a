import { EXIT, type ExitCode } from '../../domain/error.ts'
import { formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { type SourceFlags, sourceSettings } from '../source-settings.ts'
import { type AccountLedger, type LedgerContext, onceOnly, openAccountLedger } from './open-account-ledger.ts'

/** A printed document: its text, and the exit code. */
export interface LedgerOutput {
  readonly text: string
  readonly exitCode: ExitCode
  /** Lines for stderr after the document. */
  readonly remarks?: readonly string[]
}

/** The options that every command of the ledger has. */
export interface LedgerCommandOptions extends SourceFlags {
  readonly json: boolean
  readonly csv?: boolean
}

/**
 * Opens the ledger of the account, lets `work` read and format it, and prints the result. An interrupt ends it; what was read stays.
 * @throws AxisorError as the ledger and `work`
 */
export async function runLedgerCommand(
  options: LedgerCommandOptions,
  context: LedgerContext,
  work: (opened: AccountLedger, format: Format, width: number) => Promise<LedgerOutput>,
): Promise<ExitCode> {
  const { terminal, interrupted } = context
  const { stdout } = terminal
  const { json, csv = false } = options
  const format = formatOf({ json, csv }, stdout.isTTY)
  const settings = await sourceSettings(options, context)
  const opened = await openAccountLedger(settings, context)
  try {
    const working = work(opened, format, stdout.columns || 80).catch((error: unknown) => {
      throw onceOnly(error)
    })
    const end = await Promise.race([working, interrupted])
    if (typeof end === 'number') return end
    const isOpen = await terminal.print(end.text, format)
    for (const remark of end.remarks ?? []) await terminal.printError(`axisor: ${remark}\n`)
    return isOpen ? end.exitCode : EXIT.done
  } finally {
    await opened.close()
  }
}
