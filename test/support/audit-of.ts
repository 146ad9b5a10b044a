import { readBookedRows } from '../../src/commands/ledger/read-booked-rows.ts'
import type { AccountState } from '../../src/ledger/account-state.ts'
import { type Audit, auditBooks } from '../../src/ledger/audit.ts'
import type { Ledger } from '../../src/ports/ledger.ts'

/** Audits a ledger against a state. */
export async function auditOf(ledger: Ledger, state: AccountState): Promise<Audit> {
  const rows = await readBookedRows(ledger)
  return auditBooks({ rows, routes: await ledger.routes(), state, samples: await ledger.read('samples') })
}
