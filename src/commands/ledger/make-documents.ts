import { AxisorError } from '../../domain/error.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { type LedgerRoute, routeState } from '../../ledger/coverage.ts'
import { Zone } from '../../ledger/periods.ts'
import type { LedgerTables } from '../../ledger/rows.ts'
import { auditDocument } from '../../output/ledger/audit.ts'
import { reportDocument } from '../../output/ledger/report.ts'
import {
  depositsDocument,
  type RangeRows,
  swapsDocument,
  withdrawalsDocument,
} from '../../output/ledger/wallet.ts'
import type { LedgerDocumentName, LedgerDocuments } from '../../wire/relay/ledger-documents.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import { makeFunding, makeHistory } from './history-documents.ts'
import { makeHistoryRows, makeHistorySummary } from './history-view-documents.ts'
import type { AccountLedger } from './open-account-ledger.ts'
import { readBookedRows } from './read-booked-rows.ts'
import { readReport } from './read-report.ts'
import { makeStory } from './story-document.ts'
import { syncForReport } from './sync-for-report.ts'
import { makeTaxEvents } from './tax-events.ts'

/** Reads what is new, and makes a document. @throws AxisorError as the exchange and the ledger */
type MakeDocument<Document> = (opened: AccountLedger, query: LedgerQuery) => Promise<Document>

async function makeAudit({ ledger, sync, facts }: AccountLedger): Promise<LedgerDocuments['audit']> {
  const state = await sync.settle()
  const result = auditBooks({
    rows: await readBookedRows(ledger),
    routes: await ledger.routes(),
    state,
    samples: await ledger.read('samples'),
  })
  return auditDocument(result, await facts())
}

async function makeReport(opened: AccountLedger, query: LedgerQuery): Promise<LedgerDocuments['report']> {
  await syncForReport(opened)
  const { from, to, by, zone } = query
  const result = await readReport(opened.ledger, { from, to, by, zone: new Zone(zone) })
  return reportDocument(result, { by, zone }, await opened.facts())
}

/** Makes the document of a listing of the wallet from its table. */
function walletMaker<Table extends 'deposits' | 'withdrawals' | 'swaps', Document>(
  table: Table,
  routes: readonly LedgerRoute[],
  documentOf: (range: RangeRows<LedgerTables[Table]>) => Document,
): MakeDocument<Document> {
  return async ({ ledger, sync, facts }, { from, to, newest }) => {
    await sync.update(routes)
    const states = await ledger.routes()
    const errors = routes.map(route => routeState(states, route).error)
    if (errors.every(error => error !== null))
      throw new AxisorError('missing-permission', errors[0] ?? '', {
        hint: 'Create a key with the permission to read it.',
      })
    const rows = await ledger.read(table, { ...(from === null ? {} : { from }), to })
    return documentOf({ rows, from, to, limit: newest, facts: await facts() })
  }
}

/** How each document is made. A document of a ledger needs one line here and one in `LEDGER_DOCUMENTS`; a relay then serves it too. */
export const DOCUMENT_MAKERS: { readonly [Name in LedgerDocumentName]: MakeDocument<LedgerDocuments[Name]> } =
  {
    audit: makeAudit,
    deposits: walletMaker('deposits', ['depositsLightning', 'depositsOnChain'], depositsDocument),
    funding: makeFunding,
    history: makeHistory,
    'history-rows': makeHistoryRows,
    'history-summary': makeHistorySummary,
    report: makeReport,
    story: makeStory,
    swaps: walletMaker('swaps', ['swaps'], swapsDocument),
    'tax-events': makeTaxEvents,
    withdrawals: walletMaker(
      'withdrawals',
      ['withdrawalsLightning', 'withdrawalsOnChain'],
      withdrawalsDocument,
    ),
  }
