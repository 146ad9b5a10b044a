import { expect, test } from 'vitest'
import type { KeyPermissions } from '../../../../src/domain/account.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import type { Change, History } from '../../../../src/domain/snapshot.ts'
import type { SessionHost } from '../../../../src/feed/connection/protocol.ts'
import { HistoryPoller } from '../../../../src/feed/exchange/history-poller.ts'
import { RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import { SnapshotReader } from '../../../../src/feed/exchange/snapshot-reader.ts'
import { DEFAULT_POLICY } from '../../../../src/feed/policy.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectTotals } from '../../../../src/store/selectors/totals.ts'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'
import { scriptedHttp } from '../scripted-http.ts'

const ISOLATED_FEES = '/v3/futures/isolated/funding-fees'
const CROSS_FEES = '/v3/futures/cross/funding-fees'
const CREDENTIALS = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }

/** A page with one fee of 100 sats. */
function feePage(settlementId: string, nextCursor: string | null): Partial<HttpReply> {
  const row = { settlementId, time: new Date(T0 - 3_600_000).toISOString(), fee: 100, tradeId: null }
  return { body: JSON.stringify({ data: [row], nextCursor }) }
}

/** What one round of reading the history publishes; `replies` by path, an empty page unless given. */
async function poll(
  replies: Readonly<Record<string, (cursor: string | null) => Partial<HttpReply>>>,
  { runMs = 50_000, key = null as KeyPermissions | null } = {},
) {
  const clock = openFakeClock(T0)
  const http = scriptedHttp(clock, ({ target }) => {
    const { pathname, searchParams } = new URL(target, 'https://api.host')
    return replies[pathname]?.(searchParams.get('cursor')) ?? { body: '{"data":[],"nextCursor":null}' }
  })
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3', credentials: CREDENTIALS, requestMs: 10_000 },
  )
  const changes: Change[] = []
  const faults: string[] = []
  const host = {
    change: (change: Change) => void changes.push(change),
    fault: ({ where }: { where: string }) => void faults.push(where),
  } as unknown as SessionHost
  const policy = { ...DEFAULT_POLICY, candlesAndHistory: true }
  const reader = new SnapshotReader(rest, clock, 'mainnet', true)
  if (key !== null) reader.setPermissions(key)
  const poller = new HistoryPoller(clock, policy, rest, reader, host)
  poller.start()
  await clock.advance(runMs)
  poller.stop()
  const history = changes.find(change => change.kind === 'history')?.history ?? null
  const candles = changes.find(change => change.kind === 'candles')?.candles.length ?? null
  return { history, candles, faults, targets: http.requests.map(({ target }) => target) }
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
  expect(faults).toEqual(['reading isolatedFunding'])
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
  expect(faults).toEqual(['reading isolatedFunding'])
  expect(history?.closed).toEqual([])
  expect(funding24hSats(history)).toBeNull()
})

test('publishes no funding fees if the cursor stands still', async () => {
  const cursor = new Date(T0 - 3_600_000).toISOString()
  const { history, faults } = await poll({ [ISOLATED_FEES]: () => feePage('a', cursor) })
  expect(faults).toEqual(['reading isolatedFunding'])
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
  expect(faults).toContain('reading candles')
})

test('requests every list, whatever the permissions of the key are', async () => {
  const { targets } = await poll({}, { key: { permissions: [] } })
  for (const path of [ISOLATED_FEES, CROSS_FEES])
    expect(targets.some(each => each.startsWith(path))).toBe(true)
})

test('requests a list less and less often while the exchange answers 403, without a fault', async () => {
  const refused = { status: 403 }
  const { faults, history, targets } = await poll({ [CROSS_FEES]: () => refused }, { runMs: 20 * 60_000 })
  expect(faults).toEqual([])
  expect(history?.closed).toEqual([])
  expect(history?.fundingFees).toBeNull()
  const count = (path: string): number => targets.filter(target => target.startsWith(path)).length
  expect(count(ISOLATED_FEES)).toBeGreaterThan(15)
  // Once a minute at first; every five minutes at last.
  expect(count(CROSS_FEES)).toBeLessThan(12)
  expect(count(CROSS_FEES)).toBeGreaterThan(4)
})
