import { EXIT, type ExitCode } from '../../domain/error.ts'
import { auditText } from '../../output/ledger/audit.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { AuditOptions } from './options.ts'
import { formatted, ledgerQuery, runLedgerCommand } from './run-ledger-command.ts'

/** Compares the books of the account with its funds. */
export async function audit(options: AuditOptions, context: LedgerContext): Promise<ExitCode> {
  const request = { name: 'audit', query: ledgerQuery({}) } as const
  return runLedgerCommand(options, context, request, (document, format, width) => ({
    text: formatted(document, { text: auditText }, format, width),
    exitCode: document.balances === true ? EXIT.done : EXIT.breached,
  }))
}
