import { randomUUID } from 'node:crypto'
import { LEDGER_ROUTES } from '../src/ledger/coverage.ts'
import type { FundingRow, SettlementRow, TradeRow } from '../src/ledger/rows.ts'
import type { Ledger } from '../src/ports/ledger.ts'

const HOUR_MS = 3_600_000
const ROWS_PER_PAGE = 1_000

function trade(index: number, at: number): TradeRow {
  const priceUsd = 60_000 + (index % 20_000) / 2
  const isLong = index % 2 === 0
  return {
    id: randomUUID(),
    state: 'closed',
    type: 'market',
    side: isLong ? 'long' : 'short',
    quantityUsd: 100 + (index % 400),
    priceUsd,
    entryPriceUsd: priceUsd,
    exitPriceUsd: priceUsd + ((index * 7) % 400) - 190,
    marginSats: 16_000,
    liquidationUsd: priceUsd - 5_000.5,
    stopLossUsd: null,
    takeProfitUsd: null,
    plSats: ((index * 7919) % 4_001) - 1_950,
    openingFeeSats: 160,
    closingFeeSats: 161,
    fundingSats: index % 10 === 0 ? 12 : 0,
    cashInPlSats: 0,
    cashInMarginSats: 0,
    createdAt: at,
    filledAt: at + 5,
    closedAt: at + HOUR_MS,
  }
}

/** Fills a ledger with closed trades, one funding fee for each tenth, page by page as a sync does. */
export async function fillLedger(ledger: Ledger, trades: number): Promise<void> {
  const writer = 'bench'
  const start = Date.UTC(2022, 0)
  await ledger.lease(writer, start, 1e12)
  for (let first = 0; first < trades; first += ROWS_PER_PAGE) {
    const rows = Array.from({ length: Math.min(ROWS_PER_PAGE, trades - first) }, (_, offset) =>
      trade(first + offset, start + (first + offset) * 0.35 * HOUR_MS),
    ).map(row => ({
      ...row,
      createdAt: Math.round(row.createdAt),
      filledAt: Math.round(row.filledAt ?? 0),
      closedAt: Math.round(row.closedAt ?? 0),
    }))
    const settlements: SettlementRow[] = []
    const funding = rows.flatMap((row, index): readonly FundingRow[] => {
      if (index % 10 !== 0) return []
      const id = randomUUID()
      settlements.push({ id, at: row.closedAt, rate: 0.0001, fixingPriceUsd: row.priceUsd })
      return [
        {
          key: `${id} ${row.id}`,
          mode: 'isolated',
          settlementId: id,
          tradeId: row.id,
          at: row.closedAt,
          feeSats: 12,
        },
      ]
    })
    await ledger.commit({ rows: { trades: rows, funding, settlements }, writer })
  }
  for (const route of LEDGER_ROUTES) {
    const state = { route, isWhole: true, to: Date.UTC(2027, 0), pass: null, unread: [], error: null }
    await ledger.commit({ rows: {}, route: state, writer })
  }
  await ledger.release(writer)
}
