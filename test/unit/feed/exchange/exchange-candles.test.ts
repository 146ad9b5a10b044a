import { expect, test } from 'vitest'
import { type CandleLength, candleOpening } from '../../../../src/domain/candle-range.ts'
import type { Fault } from '../../../../src/domain/error.ts'
import { ChartReader } from '../../../../src/feed/connection/chart-reader.ts'
import { exchangeCandles } from '../../../../src/feed/exchange/exchange-candles.ts'
import { RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import type { ChartRead } from '../../../../src/feed/feed.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { T0 } from '../../../support/samples.ts'
import { scriptedHttp } from '../scripted-http.ts'

function row(openedAt: number, price = 68_400) {
  return {
    time: new Date(openedAt).toISOString(),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
  }
}

const page = (rows: readonly unknown[]): Partial<HttpReply> => ({
  body: JSON.stringify({ data: rows, nextCursor: null }),
})

/** A reader on an exchange that replies by range, after `roundTripMs`. */
function opened(replies: (range: string) => Partial<HttpReply> = () => page([row(T0)]), roundTripMs = 10) {
  const clock = openFakeClock(T0)
  const queryOf = (target: string) => new URL(target, 'https://api.host').searchParams
  const http = scriptedHttp(clock, ({ target }) => replies(queryOf(target).get('range') ?? ''), roundTripMs)
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3', credentials: null, requestMs: 10_000 },
  )
  rest.exchangeClock.addSample(T0, T0, T0)
  const reads: ChartRead[] = []
  const faults: Fault[] = []
  const reader = new ChartReader(clock, exchangeCandles(rest, clock), {
    chart: read => void reads.push(read),
    fault: fault => void faults.push(fault),
  })
  return {
    clock,
    reader,
    reads,
    faults,
    requests: () => http.requests.map(({ target }) => queryOf(target)),
    ranges: () => http.requests.map(({ target }) => queryOf(target).get('range')),
    times: () => http.requests.map(({ at }) => at - T0),
  }
}

test('reads the candles of a range once, sorted, and again after ten minutes', async () => {
  const rows = [row(T0), row(T0 - 7_200_000), row(T0 - 3_600_000), row(T0)]
  const { clock, reader, reads, requests, ranges } = opened(() => page(rows))
  reader.follow('1h')
  await clock.advance(5_000)
  const [query] = requests()
  expect(query?.get('from')).toBe(new Date(candleOpening('1h', T0) - 500 * 3_600_000).toISOString())
  expect(reads).toHaveLength(1)
  const result = reads[0]?.result
  if (result === undefined || 'error' in result) throw new Error('not read')
  expect(result.candles.map(({ openedAt }) => T0 - openedAt)).toEqual([7_200_000, 3_600_000, 0])
  await clock.advance(590_000)
  expect(ranges()).toHaveLength(1)
  await clock.advance(10_000)
  expect(ranges()).toHaveLength(2)
})

test('joins keys that follow each other, and sends at most one public request per second', async () => {
  const { clock, reader, reads, ranges, times } = opened()
  for (const range of ['2h', '3h', '4h'] satisfies CandleLength[]) reader.follow(range)
  await clock.advance(200)
  for (const range of ['1d', '1w', '1month'] satisfies CandleLength[]) {
    reader.follow(range)
    await clock.advance(300)
  }
  await clock.advance(5_000)
  expect(ranges().at(0)).toBe('4h')
  expect(ranges().at(-1)).toBe('1month')
  times().forEach((at, index) => {
    if (index > 0) expect(at - (times()[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })
  expect(reads.map(({ range }) => range)).toEqual(ranges())
})

test('states why a range is refused, and reads it again after a pause', async () => {
  let isRefused = true
  const { clock, reader, reads } = opened(() =>
    isRefused ? { status: 400, body: '{"message":"no"}' } : page([]),
  )
  reader.follow('3months')
  await clock.advance(1_000)
  expect(reads).toEqual([{ range: '3months', result: { error: expect.stringContaining('400') } }])
  isRefused = false
  await clock.advance(31_000)
  expect(reads.at(-1)).toEqual({ range: '3months', result: { candles: [] } })
})

test('one row that can not be read does not take the others, and is a fault', async () => {
  const { clock, reader, reads, faults } = opened(() => page([row(T0), { time: 'never' }, row(T0 - 60_000)]))
  reader.follow('1m')
  await clock.advance(1_000)
  expect(reads).toMatchObject([{ result: { candles: [{ openedAt: T0 - 60_000 }, { openedAt: T0 }] } }])
  expect(faults).toEqual([{ where: '1m candles', message: "1 of 3 rows can't be read" }])
})

test('states that unreadable candles are unreadable', async () => {
  const { clock, reader, reads } = opened(() => page([{ time: 'never' }]))
  reader.follow('1d')
  await clock.advance(1_000)
  expect(reads).toEqual([{ range: '1d', result: { error: "the exchange's 1d candles can't be read" } }])
})

test('names the range of a late reply, then reads the range that is wanted now', async () => {
  const { clock, reader, reads, ranges } = opened(() => page([row(T0)]), 4_000)
  reader.follow('4h')
  await clock.advance(1_000)
  reader.follow('1d')
  await clock.advance(1_000)
  expect([ranges(), reads]).toEqual([['4h'], []])
  await clock.advance(10_000)
  expect(reads.map(({ range }) => range)).toEqual(['4h', '1d'])
})

test('reads nothing without a chart, and reports nothing after its session', async () => {
  const { clock, reader, reads, ranges } = opened(() => page([]), 2_000)
  reader.follow('4h')
  reader.follow(null)
  await clock.advance(5_000)
  expect(ranges()).toEqual([])
  reader.follow('4h')
  await clock.advance(1_000)
  reader.close()
  await clock.advance(10_000)
  expect([ranges(), reads]).toEqual([['4h'], []])
})
