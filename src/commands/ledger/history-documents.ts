import type { ReadPermission } from '../../domain/account.ts'
import type { LedgerRoute } from '../../ledger/coverage.ts'
import { realizedCross } from '../../ledger/realized-cross.ts'
import { FUNDING_ROUTES, fundingDocument } from '../../output/ledger/funding.ts'
import { HISTORY_ROUTES, historyDocument } from '../../output/ledger/history-document.ts'
import type { ListedRange } from '../../output/ledger/range-head.ts'
import type { FundingDocument, HistoryDocument } from '../../wire/ledger/history-documents.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import { missingPermission } from '../secrets/permissions.ts'
import type { AccountLedger } from './open-account-ledger.ts'
import { readCrossRows } from './read-booked-rows.ts'

/** Without a beginning a listing goes back so far. */
export const DEFAULT_LOOKBACK_MS = 30 * 86_400_000

function rangeOf({ from, to, newest }: LedgerQuery): Omit<ListedRange, 'facts'> {
  return { from: from ?? to - DEFAULT_LOOKBACK_MS, to, limit: newest }
}

/** @throws AxisorError if the key may not read one of the listings */
function requireRoutes(
  { routes, key }: ListedRange['facts'],
  required: readonly LedgerRoute[],
  permissions: readonly ReadPermission[],
  command: string,
): void {
  const isRefused = routes.some(({ route, error }) => error !== null && required.includes(route))
  if (isRefused) throw missingPermission(permissions, `axisor ${command}`, key)
}

/** Reads what is new, and makes the history of a range. @throws AxisorError if the trades or the fills can't be read */
export async function makeHistory(
  { ledger, sync, facts: factsOf }: AccountLedger,
  query: LedgerQuery,
): Promise<HistoryDocument> {
  const range = rangeOf(query)
  const { from, to } = range
  const { cross, failures } = await sync.updateCross(HISTORY_ROUTES.required, HISTORY_ROUTES.optional)
  const facts = await factsOf()
  requireRoutes(facts, ['isolatedClosed'], ['futures:isolated:read'], 'history')
  const rows = await readCrossRows(ledger)
  return historyDocument({
    ...range,
    trades: await ledger.read('trades', { from, to }),
    cross: realizedCross(rows, facts.routes, cross),
    canceledOrders: await ledger.read('canceledOrders', { from, to }),
    funding: await ledger.read('funding', { from, to }),
    failures,
    facts,
  })
}

/** Reads what is new, and makes the list of the funding fees of a range. @throws AxisorError if they can't be read */
export async function makeFunding(
  { ledger, sync, facts: factsOf }: AccountLedger,
  query: LedgerQuery,
): Promise<FundingDocument> {
  const range = rangeOf(query)
  const { from, to } = range
  await sync.update(FUNDING_ROUTES)
  const facts = await factsOf()
  requireRoutes(facts, FUNDING_ROUTES, ['futures:isolated:read', 'futures:cross:read'], 'funding')
  return fundingDocument({ ...range, facts }, await ledger.read('funding', { from, to }))
}
