import { EXIT, type ExitCode } from '../../domain/error.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { auditDocument, auditText } from '../../output/ledger/audit.ts'
import { type LedgerContext, readBookedRows } from './open-account-ledger.ts'
import type { AuditOptions } from './options.ts'
import { runLedgerCommand } from './run-ledger-command.ts'

/** Compares the books of the account with its funds. */
export async function audit(options: AuditOptions, context: LedgerContext): Promise<ExitCode> {
  return runLedgerCommand(options, context, async ({ ledger, sync, facts }, format, width) => {
    const state = await sync.settle()
    const result = auditBooks({
      rows: await readBookedRows(ledger),
      routes: await ledger.routes(),
      state,
      samples: await ledger.read('samples'),
    })
    const document = auditDocument(result, await facts())
    return {
      text: format === 'text' ? auditText(document, width) : `${JSON.stringify(document)}\n`,
      exitCode: document.balances === true ? EXIT.done : EXIT.breached,
    }
  })
}
