import type { AuditedBooks, AuditFinding, FindingKind } from './finding.ts'
import { fundingFindings } from './funding-findings.ts'
import { firstOverdraft, type RestPoint, type TimeWindow, windowOf } from './funds-timeline.ts'
import { swapBook } from './swap-book.ts'

/** Returns the records that make the books differ from the funds. */
export function findingsOf(books: AuditedBooks): readonly AuditFinding[] {
  const rest = books.points.at(-1) ?? { at: books.state.at, walletSats: 0n, crossSats: 0n }
  const funding = fundingFindings(books, rest)
  const found = [...funding, ...crossFindings(books, rest, funding), ...dollarFindings(books)]
  return [...found, ...walletFindings(books, rest, funding)]
}

function crossFindings(
  { rows, state, points, crossQuantityUsd }: AuditedBooks,
  { crossSats }: RestPoint,
  funding: readonly AuditFinding[],
): readonly AuditFinding[] {
  const { cross } = state
  const window = windowOf(points, point => point.crossSats)
  const missingUsd = cross.quantityUsd - (crossQuantityUsd ?? cross.quantityUsd)
  const feesSats = cross.feesSats - rows.fills.reduce((sum, { fill }) => sum + fill.feeSats, 0)
  if (missingUsd !== 0 || (crossSats !== 0n && feesSats > 0)) {
    const what =
      missingUsd === 0
        ? 'fills that cancel each other'
        : `fills of ${missingUsd > 0 ? '+' : ''}${missingUsd} USD`
    const text = `${what} of the cross position are not listed; their trading fees are ${feesSats} sat`
    return [{ kind: 'fill-missing', sats: crossSats, window, records: [], text }]
  }
  const explained = funding.filter(({ records }) => records.some(id => id.startsWith('cross '))).length > 0
  if (crossSats === 0n || explained) return []
  const replayed = rows.fills.reduce((sum, { plSats }) => sum + (plSats ?? 0), 0)
  const text =
    `the cross margin differs from its records by ${crossSats} sat; the replayed P&L is ${replayed} sat, ` +
    `the exchange states ${cross.totalPlSats} sat`
  return [{ kind: 'cross-unexplained', sats: crossSats, window, records: [], text }]
}

function dollarFindings({ rows, state }: AuditedBooks): readonly AuditFinding[] {
  const { dollars } = swapBook(rows.swaps)
  const missing = Number((state.syntheticUsd - dollars).toFixed(6))
  if (missing === 0) return []
  const text = `the account has ${state.syntheticUsd} synthetic dollars, its swaps add up to ${dollars}: a swap is missing`
  return [{ kind: 'swap-missing', sats: null, window: null, records: [], text }]
}

/** What no record explains came in or went out past the books. */
function walletFindings(
  { rows, postings, points }: AuditedBooks,
  rest: RestPoint,
  funding: readonly AuditFinding[],
): readonly AuditFinding[] {
  const explained = funding.reduce((sum, { records, sats }) => {
    return records.some(id => id.startsWith('cross ')) ? sum : sum + (sats ?? 0n)
  }, 0n)
  const left = rest.walletSats - explained
  if (left === 0n) return []
  const window = stepOf(points, left) ?? windowOf(points, point => point.walletSats)
  const overdraft = left > 0n ? firstOverdraft(rows, postings) : null
  const until =
    window !== null && overdraft !== null && overdraft < window.to ? { ...window, to: overdraft } : window
  const amount = left < 0n ? -left : left
  return left > 0n
    ? [
        missing(
          'deposit-missing',
          left,
          until,
          `${amount} sat came in without a record: a deposit of ${amount} sat is missing`,
        ),
      ]
    : [
        missing(
          'withdrawal-missing',
          left,
          until,
          `${amount} sat went out without a record: a withdrawal or fee of ${amount} sat is missing`,
        ),
      ]
}

function missing(kind: FindingKind, sats: bigint, window: TimeWindow | null, text: string): AuditFinding {
  return { kind, sats, window, records: [], text }
}

/** The last two neighboring points between which the wallet's rest rose by exactly this; null if there are none. */
function stepOf(points: readonly RestPoint[], sats: bigint): TimeWindow | null {
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const before = points[index - 1]
    const point = points[index]
    if (point === undefined || point.walletSats - (before?.walletSats ?? 0n) !== sats) continue
    return { from: before?.at ?? null, to: point.at }
  }
  return null
}
