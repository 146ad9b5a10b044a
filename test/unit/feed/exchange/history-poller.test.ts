import { expect, test } from 'vitest'
import type { History } from '../../../../src/domain/snapshot.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectTotals } from '../../../../src/store/selectors/totals.ts'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'
import { poll, type Reply } from './poll-history.ts'

const ISOLATED_FEES = '/v3/futures/isolated/funding-fees'
const CROSS_FEES = '/v3/futures/cross/funding-fees'
const CROSS_FILLS = '/v3/futures/cross/orders/filled'

/** A page with one fee of 100 sats. */
function feePage(settlementId: string, nextCursor: string | null): Partial<HttpReply> {
  const row = { settlementId, time: new Date(T0 - 3_600_000).toISOString(), fee: 100, tradeId: null }
  return { body: JSON.stringify({ data: [row], nextCursor }) }
}

/** The 24h funding sum that a dashboard shows for a history. */
function funding24hSats(history: History | null): number | null {
  if (history === null) throw new Error('no history was published')
  const events = [resetEvent(T0), statusEvent(T0), changeEvent(T0, { kind: 'history', history })]
  return selectTotals(events.reduce(reduce, INITIAL_STATE), T0).funding24hSats
}

test('sums the funding fees of all pages, isolated and cross', async () => {
  const { history, faults } = await poll({
    [ISOLATED_FEES]: cursor => (cursor === null ? feePage('a', 'next') : feePage('b', null)),
    [CROSS_FEES]: () => feePage('c', null),
  })
  expect(faults).toEqual([])
  expect(funding24hSats(history)).toBe(-300)
})

test.each([ISOLATED_FEES, CROSS_FEES])(
  'publishes no funding fees if one of two lists fails (%s)',
  async path => {
    const { history, faults } = await poll({
      [ISOLATED_FEES]: () => feePage('a', null),
      [CROSS_FEES]: () => feePage('c', null),
      [path]: () => ({ status: 503 }),
    })
    expect(faults).toHaveLength(1)
    expect(history?.fundingFees).toBeNull()
    expect(funding24hSats(history)).toBeNull()
  },
)

test('publishes no funding fees if a later page fails', async () => {
  const { history } = await poll({
    [ISOLATED_FEES]: cursor => (cursor === null ? feePage('a', 'next') : { status: 503 }),
  })
  expect(funding24hSats(history)).toBeNull()
})

test('publishes no funding fees if there are more pages than are read', async () => {
  const { history, faults, targets } = await poll({
    [ISOLATED_FEES]: cursor => feePage(`settlement ${cursor}`, `${Number(cursor) + 1}`),
  })
  expect(targets.filter(target => target.startsWith(ISOLATED_FEES))).toHaveLength(5)
  expect(faults).toEqual(['GET /v3/futures/isolated/funding-fees'])
  expect(history?.closed).toEqual([])
  expect(funding24hSats(history)).toBeNull()
})

test('publishes no funding fees if one row is unreadable, and names it', async () => {
  const { history, faults } = await poll({
    [ISOLATED_FEES]: () => ({
      body: JSON.stringify({
        data: [
          { settlementId: 'a', time: new Date(T0 - 3_600_000).toISOString(), fee: 100, tradeId: 't1' },
          { settlementId: 'b', time: new Date(T0 - 3_600_000).toISOString(), fee: 100.5, tradeId: 't2' },
        ],
        nextCursor: null,
      }),
    }),
  })
  expect(faults).toEqual(['GET /v3/futures/isolated/funding-fees'])
  expect(history?.closed).toEqual([])
  expect(funding24hSats(history)).toBeNull()
})

test('publishes no funding fees if the cursor stands still', async () => {
  const cursor = new Date(T0 - 3_600_000).toISOString()
  const { history, faults } = await poll({ [ISOLATED_FEES]: () => feePage('a', cursor) })
  expect(faults).toEqual(['GET /v3/futures/isolated/funding-fees'])
  expect(funding24hSats(history)).toBeNull()
})

test('sums each fee of a settlement once if pages repeat rows', async () => {
  const time = new Date(T0 - 3_600_000).toISOString()
  const fees = ['t1', 't2', 't3'].map(tradeId => ({ settlementId: 'a', time, fee: 100, tradeId }))
  const { history } = await poll({
    [ISOLATED_FEES]: cursor => ({
      body: JSON.stringify(
        cursor === null
          ? { data: fees.slice(0, 2), nextCursor: time }
          : { data: fees.slice(1), nextCursor: null },
      ),
    }),
  })
  expect(funding24hSats(history)).toBe(-300)
})

test('draws the candles around an unreadable one, which is a fault', async () => {
  const candle = { open: 68_000, high: 68_000, low: 68_000, close: 68_000, volume: 1 }
  const { candles, faults } = await poll({
    '/v3/futures/candles': () => ({
      body: JSON.stringify({
        data: [
          { ...candle, time: new Date(T0).toISOString() },
          { ...candle, time: new Date(T0 - 60_000).toISOString(), close: null },
        ],
        nextCursor: null,
      }),
    }),
  })
  expect(candles).toBe(1)
  expect(faults).toContain('GET /v3/futures/candles')
})

test('publishes new closed trades before the earlier fills of the cross position are read', async () => {
  const filledAt = new Date(T0 - 1_000).toISOString()
  const fill = { id: 'f1', side: 'sell', quantity: 1, price: 68_000, tradingFee: 1, filledAt }
  const trade = { id: 't1', closed: true, side: 'buy', quantity: 1, price: 68_000, entryPrice: 68_000 }
  const result = { exitPrice: 68_000, pl: 0, openingFee: 0, closingFee: 0, closedAt: filledAt }
  let reads = 0
  const { histories } = await poll(
    {
      '/v3/futures/isolated/trades/closed': () => ({
        body: JSON.stringify({ data: ++reads > 1 ? [{ ...trade, ...result }] : [], nextCursor: null }),
      }),
      [CROSS_FILLS]: () => ({ body: JSON.stringify({ data: reads > 1 ? [fill] : [], nextCursor: null }) }),
    },
    90_000,
  )
  expect(histories.map(({ closed, crossFills }) => [closed?.length, crossFills?.length])).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
  ])
})

test('requests every list, whatever the permissions of the key are', async () => {
  const { targets } = await poll({}, 50_000, { permissions: [] })
  for (const path of [ISOLATED_FEES, CROSS_FEES])
    expect(targets.some(each => each.startsWith(path))).toBe(true)
})

test('requests a list less and less often while the exchange answers 403, without a fault', async () => {
  const refused = { status: 403 }
  const { faults, history, targets } = await poll({ [CROSS_FEES]: () => refused }, 20 * 60_000)
  expect(faults).toEqual([])
  expect(history?.closed).toEqual([])
  expect(history?.fundingFees).toBeNull()
  const count = (path: string): number => targets.filter(target => target.startsWith(path)).length
  expect(count(ISOLATED_FEES)).toBeGreaterThan(15)
  // Once a minute at first; every five minutes at last.
  expect(count(CROSS_FEES)).toBeLessThan(12)
  expect(count(CROSS_FEES)).toBeGreaterThan(4)
})

const FILLED = '/v3/futures/cross/orders/filled'
const POSITION = '/v3/futures/cross/position'

/** A fill of 10,000 USD, `hours` ago. */
function fill(id: string, side: 'buy' | 'sell', price: number, hours: number) {
  const at = new Date(T0 - hours * 3_600_000).toISOString()
  return { id, side, quantity: 10_000, price, tradingFee: 100, filled: true, createdAt: at, filledAt: at }
}

const FLAT = { quantity: 0, margin: 1_000_000, leverage: 5, entryPrice: null, liquidation: null }

/** Replies of an exchange with these fills, newest first, that filters by `from`. */
function crossReplies(fills: readonly ReturnType<typeof fill>[], position: object = FLAT) {
  const json = (body: unknown) => ({ body: JSON.stringify(body) })
  return {
    [POSITION]: () => json(position),
    [FILLED]: (_: string | null, from: string | null) =>
      json({ data: fills.filter(({ filledAt }) => from === null || filledAt >= from), nextCursor: null }),
  }
}

const LONG = fill('open', 'buy', 70_000, 30)
const CLOSE = fill('close', 'sell', 71_000, 1)

test('replays the P&L of a recent cross fill from the fills since the position was last flat', async () => {
  const { history, faults, targets } = await poll(crossReplies([CLOSE, LONG]))
  expect(faults).toEqual([])
  // 10,000 USD · 1e8 · (1/70,000 − 1/71,000)
  expect(history?.crossFills).toEqual([expect.objectContaining({ id: 'close', plSats: 201_207 })])
  expect(history?.crossUnknownReason).toBeNull()
  const positionReads = targets.filter(target => target.startsWith(POSITION))
  expect(positionReads).toHaveLength(2)
})

test('reads neither the position nor earlier fills without a recent cross fill', async () => {
  const { history, targets } = await poll(
    crossReplies([LONG], { ...FLAT, quantity: 10_000, entryPrice: 70_000 }),
  )
  expect(history).toMatchObject({ crossFills: [], crossUnknownReason: null })
  expect(targets.filter(target => target.startsWith(POSITION))).toEqual([])
})

test('replays known fills once, however often the history is read', async () => {
  const { targets } = await poll(crossReplies([CLOSE, LONG]), 200_000)
  expect(targets.filter(target => target.startsWith(FILLED)).length).toBeGreaterThan(3)
  expect(targets.filter(target => target.startsWith(POSITION))).toHaveLength(2)
})

test('publishes the reason if the position was never flat', async () => {
  const { history, targets } = await poll(
    crossReplies([CLOSE], { ...FLAT, quantity: -5_000, entryPrice: 71_000 }),
    200_000,
  )
  expect(history?.crossFills).toEqual([expect.objectContaining({ id: 'close', plSats: null })])
  expect(history?.crossUnknownReason).toBe(
    'the position was opened before the first fill that the exchange lists',
  )
  expect(targets.filter(target => target.startsWith(POSITION))).toHaveLength(2)
})

test('publishes the reason if the position was not flat within the pages that are read', async () => {
  const older = (page: number) => fill(`p${page}`, 'buy', 70_000, 30 + page)
  const { history } = await poll({
    ...crossReplies([], { ...FLAT, quantity: 1_000_000, entryPrice: 70_000 }),
    [FILLED]: (cursor, from) => {
      if (from !== null) return { body: JSON.stringify({ data: [CLOSE], nextCursor: null }) }
      const page = cursor === null ? 0 : Math.round((T0 - Date.parse(cursor)) / 3_600_000) - 29
      const last = older(page)
      const data = page === 0 ? [CLOSE, last] : [last]
      return { body: JSON.stringify({ data, nextCursor: last.filledAt }) }
    },
  })
  expect(history?.crossUnknownReason).toBe(
    'the position was not flat within its last 6 fills, which are all that axisor reads',
  )
})

test('reads again soon while the last fill may not be listed yet', async () => {
  const updatedAt = new Date(T0 - 1_000).toISOString()
  const early = await poll(crossReplies([CLOSE, LONG], { ...FLAT, updatedAt }), 5_000)
  expect(early.history?.crossUnknownReason).toContain('has just changed')
  const later = await poll(crossReplies([CLOSE, LONG], { ...FLAT, updatedAt }), 30_000)
  expect(later.history?.crossUnknownReason).toBeNull()
  expect(later.history?.crossFills?.[0]?.plSats).toBe(201_207)
})

test('publishes the reason if the earlier fills fail', async () => {
  const replies = crossReplies([CLOSE, LONG])
  const { history, faults } = await poll({
    ...replies,
    [FILLED]: (cursor, from) => (from === null ? { status: 503 } : replies[FILLED]?.(cursor, from)) ?? {},
  })
  expect(faults).toEqual(['GET /v3/futures/cross/orders/filled'])
  expect(history?.crossFills?.[0]?.plSats).toBeNull()
  expect(history?.crossUnknownReason).toBe("the earlier fills of the cross position can't be read")
})

test("asks for the last day by the exchange's clock, on a clock that is ahead", async () => {
  const hourMs = 3_600_000
  const asked: string[] = []
  const record: Reply = (_, from) => {
    asked.push(from ?? '')
    return { body: '{"data":[],"nextCursor":null}' }
  }
  await poll({ '/v3/futures/isolated/trades/closed': record }, 50_000, null, 3 * hourMs)
  expect(asked).not.toEqual([])
  for (const from of asked) {
    expect(Date.parse(from)).toBeGreaterThanOrEqual(T0 - 27 * hourMs)
    expect(Date.parse(from)).toBeLessThan(T0 - 27 * hourMs + 60_000)
  }
})
