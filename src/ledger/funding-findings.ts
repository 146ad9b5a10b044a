import type { AuditedBooks, AuditFinding } from './finding.ts'
import type { RestPoint } from './funds-timeline.ts'
import type { FundingRow } from './rows.ts'

/** Compares the funding fees with the sums that the exchange states for each trade and for the cross position. */
export function fundingFindings(books: AuditedBooks, rest: RestPoint): readonly AuditFinding[] {
  const { trades, funding } = books.rows
  const byTrade = Map.groupBy(
    funding.filter(({ mode }) => mode === 'isolated'),
    ({ tradeId }) => tradeId,
  )
  // A fee may come without its trade: then no trade's sum can be compared.
  if (byTrade.has(null)) return crossFunding(books, rest)
  const found: AuditFinding[] = []
  for (const { id, fundingSats } of trades) {
    const rows = byTrade.get(id) ?? []
    byTrade.delete(id)
    if (fundingSats === null) continue
    const finding = differenceOf(rows, fundingSats, `trade ${id}`)
    if (finding !== null) found.push(finding)
  }
  for (const [tradeId, rows] of byTrade) {
    const at = rows[0]?.at ?? 0
    const records = rows.map(({ key }) => key)
    const text = `trade ${tradeId} has paid funding and is not listed`
    found.push({ kind: 'trade-missing', sats: null, window: { from: at, to: at }, records, text })
  }
  return [...found, ...crossFunding(books, rest)]
}

/** The sums of the cross position may begin at 0 with a position: they count only if the margin is not explained without them. */
function crossFunding({ rows, state }: AuditedBooks, { crossSats }: RestPoint): readonly AuditFinding[] {
  if (crossSats === 0n) return []
  const finding = differenceOf(
    rows.funding.filter(({ mode }) => mode === 'cross'),
    state.cross.fundingSats,
    'the cross position',
  )
  return finding === null || finding.sats !== crossSats ? [] : [finding]
}

/** Returns the record that makes the fees differ from their sum; null if they do not. */
function differenceOf(rows: readonly FundingRow[], statedSats: number, of: string): AuditFinding | null {
  const excess = rows.reduce((sum, { feeSats }) => sum + feeSats, 0) - statedSats
  if (excess === 0) return null
  const sats = BigInt(excess)
  const doubled = rows.find(
    (row, index) => row.feeSats === excess && rows.some((other, at) => at < index && other.at === row.at),
  )
  if (doubled !== undefined) {
    const { key, at } = doubled
    const text = `the funding fee of ${excess} sat of ${of} is listed twice`
    return { kind: 'funding-doubled', sats, window: { from: at, to: at }, records: [key], text }
  }
  const text = `the funding fees of ${of} are ${excess > 0 ? 'more' : 'less'} than their sum by ${Math.abs(excess)} sat`
  const first = rows[0]
  const window = first === undefined ? null : { from: first.at, to: rows.at(-1)?.at ?? first.at }
  return { kind: 'funding-missing', sats, window, records: rows.map(({ key }) => key), text }
}
