import { expect, test } from 'vitest'
import type { CandleLength } from '../../src/domain/candle-range.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import { openStore } from '../../src/store/store.ts'
import { textOfLine } from '../../src/tui/paint/line.ts'
import { chartPanel } from '../../src/tui/panes/chart.ts'
import { contextOf, withUi } from '../frames/sample-screens.ts'
import { type LedgerRelayOptions, openLedgerRelay } from '../support/ledger-relay.ts'
import { openMemoryRelayEndpoint } from '../support/memory-relay-endpoint.ts'

/** A dashboard's feed over a relay in memory, live, and the text of its chart. */
async function openChart(options: LedgerRelayOptions = {}) {
  const { world, relay, tokens, http, targets, reads } = await openLedgerRelay(options)
  const { clock, random } = world
  const endpoint = openMemoryRelayEndpoint(
    clock,
    15,
    () => relay,
    () => clock.nowMs(),
  )
  const store = openStore()
  const feed = openRelayFeed(
    { clock, random, http, sockets: endpoint.sockets },
    { url: 'wss://relay.test', token: new Secret(tokens.ann) },
  )
  feed.start(store.dispatch)
  const until = async (isSo: () => boolean) => {
    for (let waited = 0; !isSo(); waited += 50) {
      if (waited > 60_000) throw new Error('not within a minute')
      await clock.advance(50)
    }
  }
  await until(() => store.state().status?.link === 'live')
  return {
    ...{ world, store, feed, endpoint, until, targets, reads },
    chartOf: (range: CandleLength) => store.state().chart.get(range),
    lines(range: CandleLength) {
      const context = withUi(contextOf(store, { columns: 200, rows: 60 }, clock.nowMs()), {
        candleRange: range,
      })
      return chartPanel(context).draw(124, 20).map(textOfLine)
    },
  }
}

const DRAWN = /[╵╷┃║╽╿╹╻▀▄█│]/u

test.each(['1m', '45m', '1d', '1w', '3months'] as const)('shows %s candles over a relay', async range => {
  const { feed, until, chartOf, lines } = await openChart()
  feed.followCandles?.(range)
  await until(() => chartOf(range) !== undefined)
  expect(chartOf(range)).toMatchObject({ error: null })
  expect(chartOf(range)?.candles.length).toBeGreaterThan(10)
  const text = lines(range).join('\n')
  expect(text).toMatch(DRAWN)
  expect(text).not.toMatch(/No other|Loading|joined from/)
  feed.stop()
})

test('keeps the chart while the relay is down, and reads it again after that', async () => {
  const { feed, until, chartOf, targets, endpoint, store, world } = await openChart()
  feed.followCandles?.('1d')
  await until(() => chartOf('1d') !== undefined)
  const before = chartOf('1d')
  const asked = () => targets.filter(target => target === '/v1/candles?range=1d').length
  const count = asked()
  endpoint.down(20_000)
  await world.clock.advance(15_000)
  expect(store.state().status?.link).not.toBe('live')
  expect(chartOf('1d')).toBe(before)
  await until(() => store.state().status?.link === 'live')
  await until(() => asked() > count)
  await world.clock.advance(1_000)
  expect(chartOf('1d')?.candles).toEqual(before?.candles)
  feed.stop()
})

test('joins candles of those that an older relay sends, and says so', async () => {
  const { feed, until, chartOf, lines, targets, store } = await openChart({ knowsLedgers: false })
  feed.followCandles?.('1d')
  await until(() => chartOf('1d') !== undefined && store.state().candles.has('1h'))
  const [remark, ...chart] = lines('1d')
  expect(remark?.trim()).toBe(
    'No other 1d candles: relay.test sends 1m and 1h candles only; update the relay; these are joined from 1h candles',
  )
  expect(chart.join('\n')).toMatch(DRAWN)
  expect(targets.filter(target => target.includes('candles'))).toHaveLength(1)
  feed.stop()
})

test('a chart that is not shown costs no request', async () => {
  const { feed, world, targets, reads } = await openChart()
  await world.clock.advance(60_000)
  expect(targets.filter(target => target.includes('candles'))).toEqual([])
  expect(reads.filter(target => target.includes('candles'))).toEqual([])
  feed.stop()
})
