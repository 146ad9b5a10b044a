import { expect, test } from 'vitest'
import { fillLedger } from '../../../bench/made-ledger.ts'
import { readReport } from '../../../src/commands/ledger/read-report.ts'
import { satsNumber } from '../../../src/ledger/books.ts'
import { LEDGER_ROUTES, type RouteState } from '../../../src/ledger/coverage.ts'
import { Zone } from '../../../src/ledger/periods.ts'
import { openMemoryLedger } from '../../../src/node/ledger/open-ledger.ts'

const HOUR_MS = 3_600_000
const UTC = new Zone('UTC')
/** The made ledger begins in 2022 and has a trade every 21 minutes. */
const NOW = Date.UTC(2022, 1, 9, 17, 30)

async function filled(trades = 3_000) {
  const opened = openMemoryLedger()
  await fillLedger(opened.ledger, trades)
  return opened
}

test.each(['day', 'week', 'month'] as const)('sums the %s as the report does', async by => {
  const { ledger, history } = await filled()
  const { start } = UTC.periodAt(NOW, by)
  const report = await readReport(ledger, { from: start, to: NOW, by, zone: UTC })
  const { books, trades, wins } = report.total
  const sum = (await history.summary(NOW)).sums[by === 'day' ? 'today' : by]
  expect(trades).toBeGreaterThan(10)
  expect(sum).toMatchObject({ from: start, trades, wins, unknownReason: null })
  expect(sum.grossSats).toBe(satsNumber(books.grossPl))
  expect(sum.feesSats).toBe(satsNumber(books.tradingFees))
  expect(sum.fundingSats).toBe(satsNumber(books.funding))
  expect(sum.netSats).toBe((sum.grossSats ?? 0) - (sum.feesSats ?? 0) - (sum.fundingSats ?? 0))
})

test('sums rolling spans from their very start', async () => {
  const { ledger, history } = await filled()
  const { sums } = await history.summary(NOW)
  const from = NOW - 24 * HOUR_MS
  const report = await readReport(ledger, { from, to: NOW, by: 'year', zone: UTC })
  expect(sums['24h'].grossSats).toBe(satsNumber(report.total.books.grossPl))
  expect(sums['24h'].trades).toBe(report.total.trades)
})

test('gives no sum that reaches over a hole, and one that does not', async () => {
  const { ledger, history } = await filled()
  await ledger.lease('test', 0, 1e12)
  const state: RouteState = {
    route: 'isolatedClosed',
    isWhole: false,
    to: null,
    pass: {
      startedAt: NOW,
      from: null,
      cursor: new Date(NOW - 8 * 24 * HOUR_MS).toISOString(),
      isNewestFirst: true,
    },
    unread: [],
    error: null,
  }
  await ledger.commit({ rows: {}, route: state, writer: 'test' })
  const { sums, coverage } = await history.summary(NOW)
  expect(sums['7d'].unknownReason).toBeNull()
  expect(sums['7d'].netSats).not.toBeNull()
  expect(sums['30d']).toMatchObject({ netSats: null, trades: null })
  expect(sums['30d'].unknownReason).toContain('isolatedClosed')
  expect(coverage).toMatchObject({ from: NOW - 8 * 24 * HOUR_MS, to: NOW })
})

test('says of an empty ledger that nothing was read', async () => {
  const { sums, coverage, count } = await openMemoryLedger().history.summary(NOW)
  expect(count).toBe(0)
  expect(coverage.to).toBeNull()
  for (const sum of Object.values(sums)) expect(sum.netSats).toBeNull()
})

test('pages all rows newest first, without a gap or a double, also after another commit', async () => {
  const { ledger, history } = await filled(450)
  const pages = [await history.rows(0, 200), await history.rows(200, 200), await history.rows(400, 200)]
  expect(pages.map(page => page.rows.length)).toEqual([200, 200, 50])
  expect(pages.map(({ total }) => total)).toEqual([450, 450, 450])
  const rows = pages.flatMap(page => page.rows)
  expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted((a, b) => b - a))
  expect(new Set(rows.map(({ id }) => id)).size).toBe(450)
  await ledger.lease('test', 0, 1e12)
  const fill = {
    id: 'fill',
    type: 'liquidation',
    side: 'long',
    quantityUsd: 5,
    priceUsd: 70_000,
    feeSats: 3,
    filledAt: NOW * 2,
  } as const
  await ledger.commit({ rows: { fills: [fill] }, writer: 'test' })
  const {
    rows: [first],
    total,
  } = await history.rows(0, 1)
  expect(total).toBe(451)
  expect(first).toMatchObject({ kind: 'fill', id: 'fill', cause: 'liquidated', netSats: -3 })
  expect((await history.summary(NOW)).count).toBe(451)
  expect(LEDGER_ROUTES.length).toBe((await ledger.routes()).length)
})

test('tells the story of a trade of the ledger, and of no other', async () => {
  const { history } = await filled(20)
  const {
    rows: [row],
  } = await history.rows(19, 1)
  const story = await history.story(row?.id ?? '')
  expect(story?.map(({ kind }) => kind)).toEqual(['ordered', 'filled', 'funding', 'closed'])
  expect(await history.story('0f8b9a4c-1d2e-4f50-8a61-7b8c9d0e1f20')).toBeNull()
})
