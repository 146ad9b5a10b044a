import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { Alert, RecentAlert } from '../../../src/domain/alerts/alert.ts'
import type { Position } from '../../../src/domain/position.ts'
import { BOUNDS, sats, usd } from '../../../src/domain/units.ts'
import { snapshotOf } from '../../../src/output/snapshot.ts'
import { reduce } from '../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, type State } from '../../../src/store/state.ts'
import { encodeSnapshot } from '../../../src/wire/snapshot.ts'
import { snapshotDocumentSchema } from '../../../src/wire/snapshot-schema.ts'
import {
  madePosition,
  madeStatus,
  madeTicker,
  readAt,
  resetEvent,
  sampleSnapshot,
  statusEvent,
  T0,
} from '../../support/samples.ts'
import { expectSoundNumbers } from '../../support/sound-numbers.ts'

const ALERT: Alert = {
  id: 'liquidation:x:1',
  kind: 'liquidation',
  rule: 'liquidation',
  level: 'warn',
  state: 'firing',
  subject: 'isolated long 1 USD x',
  positionId: 'x',
  since: T0,
  message: 'm',
  remedy: 'More margin',
}

const ENDED: RecentAlert = { ...ALERT, state: 'resolved', endedAt: T0 + 1 }

const price = fc.double({ min: BOUNDS.leastPriceUsd, max: BOUNDS.mostPriceUsd, noNaN: true }).map(usd)
const amount = fc.integer({ min: -BOUNDS.mostSats, max: BOUNDS.mostSats }).map(sats)
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })

const position: fc.Arbitrary<Position> = fc
  .record({
    id: fc.uuid(),
    side: fc.constantFrom('long' as const, 'short' as const),
    quantityUsd: fc.integer({ min: 1, max: 15_000_000 }),
    entryPriceUsd: orNull(price),
    marginSats: orNull(amount),
    maintenanceMarginSats: orNull(amount),
    leverage: fc.double({ min: 1, max: 100, noNaN: true }),
    liquidationPriceUsd: orNull(price),
    stopLossUsd: orNull(price),
    takeProfitUsd: orNull(price),
    exchangePlSats: orNull(amount),
    fundingPaidSats: orNull(amount),
    openingFeeSats: orNull(amount),
    openedAt: orNull(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  })
  .map(madePosition)

const state: fc.Arbitrary<State> = fc
  .record({
    positions: orNull(fc.uniqueArray(position, { maxLength: 4, selector: each => each.id })),
    bidUsd: orNull(price),
    askUsd: orNull(price),
    lastPriceUsd: orNull(price),
    indexUsd: orNull(price),
    clockOffsetMs: orNull(fc.double({ min: -1e7, max: 1e7, noNaN: true })),
    fundingAt: orNull(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  })
  .map(given => {
    const ticker = madeTicker({
      lastPriceUsd: given.lastPriceUsd,
      indexUsd: given.indexUsd,
      funding: { rate: -0, at: given.fundingAt },
      buckets: [{ minSizeUsd: 0, maxSizeUsd: 1_000, bidUsd: given.bidUsd, askUsd: given.askUsd }],
    })
    const snapshot = sampleSnapshot(T0, {
      ticker: readAt(T0, ticker),
      isolated: given.positions === null ? null : readAt(T0, given.positions),
    })
    const status = madeStatus({ clockOffsetMs: given.clockOffsetMs, rttMs: 1.5 })
    return [{ type: 'status', at: T0, status } as const, { type: 'reset', at: T0, snapshot } as const].reduce(
      reduce,
      INITIAL_STATE,
    )
  })

describe('snapshot document', () => {
  test('always matches its schema, without NaN, infinity or -0', () => {
    fc.assert(
      fc.property(state, fc.integer({ min: 0, max: 100_000_000 }), (given, later) => {
        const document = snapshotOf(given, T0 + later)
        expect(z.safeParse(snapshotDocumentSchema(), document).error).toBeUndefined()
        expectSoundNumbers(document)
        expect(JSON.parse(encodeSnapshot(document))).toEqual(document)
      }),
      { numRuns: 300 },
    )
  })

  test('matches its schema if nothing is known, with null and never 0', () => {
    const document = snapshotOf(INITIAL_STATE, T0)
    expect(z.safeParse(snapshotDocumentSchema(), document).error).toBeUndefined()
    expect(document).toMatchObject({ origin: null, network: null, positions: null, orders: null })
    const { realized24hUnknownReason, equityUnknownReason, ...totals } = document.totals
    expect(equityUnknownReason).toBe('account data is not read')
    expect(realized24hUnknownReason).toBe('the history was not read')
    expect(Object.values(totals).every(value => value === null)).toBe(true)
  })

  test('has the documented fields in the documented order', () => {
    const document = snapshotOf(reduce(INITIAL_STATE, resetEvent(T0)), T0)
    expect(Object.keys(document)).toEqual([
      'schemaVersion',
      'asOf',
      'origin',
      'network',
      'source',
      'key',
      'parts',
      'market',
      'account',
      'totals',
      'positions',
      'lastKnown',
      'orders',
      'alerts',
      'recentAlerts',
    ])
    expect(Object.keys(document.source)).toEqual([
      'kind',
      'transport',
      'state',
      'ageMs',
      'stale',
      'staleReasons',
      'reconnects',
      'lastError',
      'keyRefusal',
      'rttMs',
      'clockOffsetMs',
      'rateLimit',
      'upstream',
    ])
    expect(Object.keys(document.positions?.[0] ?? {})).toEqual([
      'id',
      'mode',
      'side',
      'quantityUsd',
      'entryPriceUsd',
      'entrySource',
      'markPriceUsd',
      'marginSats',
      'maintenanceMarginSats',
      'maintenanceMarginBasis',
      'leverage',
      'liquidationPriceUsd',
      'liquidationDistance',
      'liquidationDistanceUsd',
      'unrealizedPlSats',
      'unrealizedPlUsd',
      'exchangePlSats',
      'returnOnMargin',
      'stopLossUsd',
      'stopLossTrailingDistance',
      'takeProfitUsd',
      'fundingPaidSats',
      'openingFeeSats',
      'cashInMarginSats',
      'cashInPlSats',
      'risk',
      'warnings',
      'openedAt',
      'otherMarket',
      'ageMs',
      'stale',
    ])
  })

  test('computes the numbers of the sample account', () => {
    const document = snapshotOf(reduce(INITIAL_STATE, resetEvent(T0)), T0)
    expect(document.totals).toMatchObject({
      unrealizedPlUsd: 274.02,
      netExposureUsd: 30_000,
      positionCount: 3,
    })
    expect(document.positions?.[0]).toMatchObject({
      side: 'long',
      markPriceUsd: 68_418,
      liquidationDistance: 0.02351,
      liquidationDistanceUsd: 1608.5,
      unrealizedPlSats: -360_869,
      risk: 'critical',
      warnings: ['no-stop-loss'],
    })
  })

  test('formats the times of alerts as ISO 8601', () => {
    const since = '2026-11-23T18:47:40.000Z'
    const document = snapshotOf(INITIAL_STATE, T0 + 1, { active: [ALERT], recent: [ENDED] })
    expect(document.alerts).toEqual([{ ...ALERT, since }])
    expect(document.recentAlerts).toEqual([
      { ...ALERT, state: 'resolved', since, endedAt: '2026-11-23T18:47:40.001Z' },
    ])
    expect(z.safeParse(snapshotDocumentSchema(), document).error).toBeUndefined()
  })

  test('converts its times, but not those of the exchange, to a wall clock that was set back', () => {
    const hourMs = 3_600_000
    const alerts = { active: [ALERT], recent: [ENDED] }
    const state = [resetEvent(T0), statusEvent(T0, { clockOffsetMs: -hourMs })].reduce(reduce, INITIAL_STATE)
    const ours = snapshotOf(state, T0, alerts)
    const wall = snapshotOf(state, T0, alerts, atMs => atMs - hourMs)
    expect(wall.asOf).toBe('2026-11-23T17:47:40.000Z')
    expect(wall.alerts[0]?.since).toBe(wall.asOf)
    expect(wall.recentAlerts[0]?.endedAt).toBe('2026-11-23T17:47:40.001Z')
    expect(wall.source).toEqual({ ...ours.source, clockOffsetMs: 0 })
    const { asOf, source, recentAlerts } = ours
    expect({ ...wall, asOf, source, alerts: ours.alerts, recentAlerts }).toEqual(ours)
  })

  test('converts the time since when a part fails to the wall clock', () => {
    const error = { kind: 'failed', code: 'unavailable', message: 'HTTP 503', hint: null } as const
    const { parts } = sampleSnapshot(T0)
    const failed = { ...parts.account, error, since: T0 }
    const state = reduce(INITIAL_STATE, resetEvent(T0, { parts: { ...parts, account: failed } }))
    const wall = snapshotOf(state, T0, undefined, atMs => atMs - 3_600_000)
    expect(wall.parts.account.since).toBe('2026-11-23T17:47:40.000Z')
  })

  test('rejects an unknown field', () => {
    const document = { ...snapshotOf(INITIAL_STATE, T0), extra: 1 }
    expect(z.safeParse(snapshotDocumentSchema(), document).success).toBe(false)
  })
})
