import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { usd } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectMarket } from '../../../../src/store/selectors/market.ts'
import { selectOrders, selectPositions } from '../../../../src/store/selectors/positions.ts'
import { selectSource } from '../../../../src/store/selectors/source.ts'
import { selectAccount } from '../../../../src/store/selectors/totals.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)
const live = (): State => stateAfter(resetEvent(T0), statusEvent(T0))

describe('freshness', () => {
  it('marks data as stale after 30 s even with an open socket', () => {
    const state = live()
    expect(selectSource(state, T0 + 29_900)).toMatchObject({ state: 'live', stale: false })
    const later = selectSource(state, T0 + 30_100)
    expect(later).toMatchObject({ state: 'live', stale: true, ageMs: 30_180 })
    expect(later.staleReasons.join()).toContain('market data 30 s old')
    expect(selectPositions(state, T0 + 30_100).every(row => row.stale)).toBe(true)
    expect(selectMarket(state, T0 + 30_100).stale).toBe(true)
    expect(selectAccount(state, T0 + 30_100).stale).toBe(true)
  })

  it('reports stale positions despite fresh prices', () => {
    const bid = { minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(68_418), askUsd: usd(68_423) }
    const ticks: FeedEvent[] = [
      changeEvent(T0 + 40_000, { kind: 'buckets', buckets: [bid] }),
      changeEvent(T0 + 40_000, { kind: 'index', indexUsd: usd(68_412) }),
      changeEvent(T0 + 40_000, { kind: 'last-price', lastPriceUsd: usd(68_412) }),
      changeEvent(T0 + 40_000, { kind: 'funding', funding: { rate: 0.0001, at: T0 + 9_000_000 } }),
    ]
    const source = selectSource(stateAfter(resetEvent(T0), statusEvent(T0), ...ticks), T0 + 40_100)
    expect(source.stale).toBe(true)
    expect(source.staleReasons).toEqual([
      'account data, isolated positions, isolated orders, cross position, cross orders 40 s old',
    ])
    expect(source.ageMs).toBe(40_180)
  })

  it("uses the exchange's timestamps, corrected by the measured offset", () => {
    const offset = 300_000
    const old = changeEvent(T0 + 10, { kind: 'index', indexUsd: usd(68_000) }, T0 + offset - 45_000)
    const state = stateAfter(resetEvent(T0), statusEvent(T0, { clockOffsetMs: offset }), old)
    expect(selectMarket(state, T0 + 20)).toMatchObject({ stale: true, ageMs: 45_020 })
    const fresh = changeEvent(T0 + 10, { kind: 'index', indexUsd: usd(68_000) }, T0 + offset + 5)
    const good = stateAfter(resetEvent(T0), statusEvent(T0, { clockOffsetMs: offset }), fresh)
    expect(selectMarket(good, T0 + 20).stale).toBe(false)
  })

  it('counts a tick stamped minutes ago as old if the clock offset is unknown', () => {
    const unknown = statusEvent(T0, { clockOffsetMs: null })
    const old = changeEvent(T0 + 10, { kind: 'index', indexUsd: usd(68_000) }, T0 - 600_000)
    expect(selectMarket(stateAfter(resetEvent(T0), unknown, old), T0 + 20)).toMatchObject({
      stale: true,
      ageMs: 600_020,
    })
  })

  it('keeps live data live on a clock that is wrong by up to a minute if the offset is unknown', () => {
    const unknown = statusEvent(T0, { clockOffsetMs: null })
    const ageWith = (errorMs: number) => {
      const tick = changeEvent(T0 + 10, { kind: 'index', indexUsd: usd(68_000) }, T0 + 10 - errorMs)
      return selectMarket(stateAfter(resetEvent(T0), unknown, tick), T0 + 20).ageMs
    }
    expect(ageWith(59_000)).toBeLessThan(1_000)
    expect(ageWith(-59_000)).toBeLessThan(1_000)
    expect(ageWith(61_000)).toBe(61_010)
  })

  it('has no age before the first snapshot', () => {
    const source = selectSource(INITIAL_STATE, T0)
    expect(source).toMatchObject({ ageMs: null, stale: true, goodAt: null, staleReasons: ['no data yet'] })
  })

  it('names the limit of the exchange among the reasons of stale or missing data', () => {
    const until = T0 + 3_600_000
    const text = `rate-limited until ${new Date(until).toISOString().slice(11, 19)}Z`
    const limited = statusEvent(T0, { link: 'waiting', limitedUntil: { signed: until, public: null } })
    const state = stateAfter(resetEvent(T0), limited)
    expect(selectSource(state, T0 + 1_000)).toMatchObject({ staleReasons: [], limitedText: null })
    expect(selectSource(state, T0 + 40_000)).toMatchObject({
      staleReasons: [expect.stringMatching(/^market data, account data, .* 40 s old$/), text],
      limitedText: text,
    })
    expect(selectSource(stateAfter(limited), T0)).toMatchObject({
      staleReasons: ['no data yet', text],
      limitedText: text,
    })
    const open = statusEvent(T0 + 1, { limitedUntil: { signed: null, public: null } })
    expect(selectSource(stateAfter(limited, open), T0).limitedText).toBeNull()
  })

  it('names the state of the connection', () => {
    const stateOf = (link: 'waiting' | 'dialing' | 'stopped', transport: 'stream' | 'http', now = T0) =>
      selectSource(stateAfter(resetEvent(T0), statusEvent(T0, { link, transport })), now).state
    expect(stateOf('waiting', 'http')).toBe('http')
    expect(stateOf('dialing', 'http')).toBe('http')
    expect(stateOf('waiting', 'http', T0 + 14_900)).toBe('http')
    expect(stateOf('waiting', 'http', T0 + 15_100)).toBe('waiting')
    expect(stateOf('waiting', 'stream')).toBe('waiting')
    expect(stateOf('dialing', 'stream')).toBe('syncing')
    expect(stateOf('stopped', 'stream')).toBe('stopped')
  })

  it('keeps the last error and the write permission of the key', () => {
    const lastError = new AxisorError('silence', 'no data for 20 s')
    const key = { permissions: ['account:read', 'futures:isolated:write'] }
    const source = selectSource(stateAfter(resetEvent(T0, { key }), statusEvent(T0, { lastError, key })), T0)
    expect(source.canWrite).toBe(true)
    expect(source.status?.lastError?.message).toBe('no data for 20 s')
    expect(selectSource(INITIAL_STATE, T0).canWrite).toBeNull()
  })
})

describe('selectMarket and selectOrders', () => {
  it('compute price changes and the distance of an order', () => {
    const candle = (minutesAgo: number, open: number) => ({
      openedAt: T0 - minutesAgo * 60_000,
      openUsd: usd(open),
      highUsd: usd(open + 50),
      lowUsd: usd(open - 50),
      closeUsd: usd(open + 10),
      volumeUsd: 1_000,
    })
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0, {
        kind: 'candles',
        range: '1m',
        candles: [candle(90, 60_000), candle(30, 68_000), candle(1, 68_300)],
      }),
      changeEvent(T0, { kind: 'candles', range: '1h', candles: [candle(600, 67_000), candle(30, 68_000)] }),
    )
    const market = selectMarket(state, T0)
    expect(market.change1h).toBeCloseTo((68_420.5 - 68_000) / 68_000, 9)
    expect(market).toMatchObject({ low24hUsd: 66_950, high24hUsd: 68_420.5, closes1h: [68_010, 68_310] })
    expect(selectPositions(state, T0)[0]?.distanceInDayRanges).toBeCloseTo(1_608.5 / 1_470.5, 6)
    expect(selectOrders(state)[0]?.distanceFromMark).toBeCloseTo(-0.02803, 5)
    expect(selectMarket(live(), T0).change1h).toBeNull()
    const hoursLater = selectMarket(state, T0 + 3 * 3_600_000)
    expect(hoursLater).toMatchObject({ change1h: null, low24hUsd: null, high24hUsd: null })
  })
})
