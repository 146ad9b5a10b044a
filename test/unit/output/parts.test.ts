import { describe, expect, test } from 'vitest'
import { alertsOf } from '../../../src/alerts/alerts-of.ts'
import { type PartName, type PartReport, reportsOf, UNREAD } from '../../../src/domain/parts.ts'
import { positionsCsv } from '../../../src/output/csv.ts'
import { EventLog } from '../../../src/output/event-log.ts'
import { prometheusText } from '../../../src/output/prometheus.ts'
import { snapshotOf } from '../../../src/output/snapshot.ts'
import { SNAPSHOT_SECTIONS, textOf } from '../../../src/output/text.ts'
import { reduce } from '../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, type State } from '../../../src/store/state.ts'
import { statusLine } from '../../../src/store/status-line.ts'
import type { SnapshotDocument } from '../../../src/wire/snapshot.ts'
import { madeCross, madePosition, readAt, resetEvent, SHORT, statusEvent, T0 } from '../../support/samples.ts'

const FAILED: PartReport['error'] = {
  kind: 'failed',
  code: 'unavailable',
  message: 'the exchange answered 500 to GET /v3/account',
  hint: null,
}
const GONE: PartReport['error'] = { ...FAILED, kind: 'gone', message: 'the exchange answered 404' }

const WHOLE: State = [resetEvent(T0), statusEvent(T0)].reduce(reduce, INITIAL_STATE)

/** The state after a second read in which parts went as given. */
function secondRead(
  reports: Readonly<Partial<Record<PartName, Partial<PartReport>>>>,
  values: object = {},
  known: State = WHOLE,
): State {
  const at = T0 + 10_000
  const parts = reportsOf(part => ({ ...UNREAD, readAt: at, ...reports[part] }))
  return reduce(known, resetEvent(at, { startedAt: at, endedAt: at, parts, ...values }))
}

const PARTIAL = secondRead(
  {
    isolatedPositions: {
      since: T0 + 10_000,
      unreadable: [{ id: madePosition().id, field: 'side', problem: 'is missing' }],
    },
  },
  { isolated: readAt(T0 + 10_000, [SHORT]) },
)

function documentOf(state: State, now: number): SnapshotDocument {
  return snapshotOf(state, now, { active: alertsOf(state, now), recent: [] })
}

const NOW = T0 + 10_400

describe('a part with an unreadable row', () => {
  const document = documentOf(PARTIAL, NOW)

  test('is named in text with the reason, since when, and its last known row', () => {
    const text = textOf(document, SNAPSHOT_SECTIONS, 100)
    expect(text).toContain(
      "PARTIAL isolated positions: 1 position can't be read: side is missing (since 18:47:50 UTC)\n",
    )
    expect(text).toContain('POSITIONS 2, incomplete\n')
    expect(text).toMatch(/UNREADABLE, as last known up to 10s ago, in no total:\nRISK.*\n~CRIT +iso +LONG/)
    expect(text).toMatch(
      /CRIT {2}an isolated position can't be read \(side is missing\): its risk is unknown/,
    )
    expect(text).toContain('ALERTS not evaluated for some isolated positions: 1 position can')
  })

  test('has its state in metrics, and no metric of an unknown total', () => {
    const text = prometheusText(document)
    const labels = 'origin="exchange",network="mainnet",part="isolatedPositions"'
    expect(text).toContain(`axisor_part_state{${labels},state="partial"} 1\n`)
    expect(text).toContain(`axisor_part_unreadable_rows{${labels}} 1\n`)
    expect(text).toContain(`axisor_part_age_seconds{${labels}} 0.4\n`)
    expect(text).not.toMatch(/^axisor_(positions|equity_sats|worst_liquidation_distance_ratio)\{/m)
  })

  test('is named in the status line', () => {
    expect(statusLine(PARTIAL, NOW)).toMatch(/ \| isolated positions partial \| /)
  })

  test('is reported once in watch --plain, and its recovery too', () => {
    const log = new EventLog()
    log.report(WHOLE, T0, [])
    const failed = log.report(PARTIAL, NOW, [])
    expect(failed).toContain("isolated positions can't be read: 1 position can't be read: side is missing")
    expect(failed).toContain(
      "liquidation alerts are not evaluated for some isolated positions: 1 position can't be read: side is missing",
    )
    expect(log.report(PARTIAL, NOW + 1_000, [])).toEqual([])
    const at = T0 + 20_000
    const parts = reportsOf(() => ({ ...UNREAD, readAt: at }))
    const recovered = reduce(PARTIAL, resetEvent(at, { startedAt: at, endedAt: at, parts }))
    expect(log.report(recovered, at, [])).toEqual(
      expect.arrayContaining([
        'isolated positions read again after 10 seconds',
        'liquidation alerts are evaluated again',
      ]),
    )
  })
})

describe('a part that fails', () => {
  test('keeps its values, with the reason and since when', () => {
    const state = secondRead(
      { crossPosition: { readAt: null, error: FAILED, since: T0 + 10_000 } },
      { cross: null },
    )
    const document = documentOf(state, NOW)
    expect(document.positions?.map(({ mode }) => mode)).toContain('cross')
    expect(document.totals.worstLiquidationDistance).toBeNull()
    const text = textOf(document, SNAPSHOT_SECTIONS, 100)
    expect(text).toContain(
      'FAILED cross position: the exchange answered 500 to GET /v3/account (since 18:47:50 UTC)',
    )
    expect(text).toContain(
      'ALERTS only raised, never cleared, for cross position: 10 s old, the exchange answered 500',
    )
  })

  test('distinguishes a missing route from a replaced API', () => {
    const gone = { readAt: null, error: GONE, since: T0 + 10_000 }
    const one = documentOf(secondRead({ isolatedOrders: gone }, { isolatedOrders: null }), NOW)
    expect(one.parts.isolatedOrders.reason).toBe(
      'the exchange answered 404: the exchange no longer has this route, update axisor',
    )
    const all = documentOf(
      secondRead(
        { isolatedPositions: gone, isolatedOrders: gone, crossPosition: gone, crossOrders: gone },
        { isolated: null, isolatedOrders: null, cross: null, crossOrders: null },
      ),
      NOW,
    )
    expect(all.parts.account.state).toBe('live')
    expect(textOf(all, SNAPSHOT_SECTIONS, 100)).toContain(
      "GONE isolated positions: the exchange answered 404: this generation of the exchange's API is gone, update axisor",
    )
  })
})

describe('a position of another market', () => {
  const other = madePosition({ id: 'other-1', otherMarket: 'eth_usd' })
  const document = documentOf(secondRead({}, { isolated: readAt(T0 + 10_000, [other, SHORT]) }), NOW)

  test('is shown with its market in text, CSV and metrics, and not valued', () => {
    const row = document.positions?.find(({ id }) => id === 'other-1')
    expect(row).toMatchObject({ otherMarket: 'eth_usd', markPriceUsd: null, unrealizedPlSats: null })
    expect(document.totals).toMatchObject({ unrealizedPlSats: null, netExposureUsd: null })
    expect(textOf(document, SNAPSHOT_SECTIONS, 120)).toMatch(/\neth_usd +WARN +iso/)
    const [header = '', ...rows] = positionsCsv(document).split('\r\n')
    const column = header.split(',').indexOf('otherMarket')
    expect(rows.map(each => each.split(',')[column])).toContain('eth_usd')
    expect(prometheusText(document)).toContain('side="long",market="eth_usd"}')
  })
})

describe('a part that was never read', () => {
  const noCross = { ...madeCross(), position: null }
  const state = reduce(
    INITIAL_STATE,
    resetEvent(T0, { isolated: null, isolatedOrders: null, cross: readAt(T0, noCross) }),
  )
  const document = snapshotOf(state, T0)

  test('makes the list null instead of empty', () => {
    expect(document.positions).toBeNull()
    expect(document.orders).toBeNull()
    expect(textOf(document, SNAPSHOT_SECTIONS, 100)).toContain('POSITIONS not known')
  })

  test('leaves the rows of the other part listed, and not counted', () => {
    const withRows = snapshotOf(
      reduce(INITIAL_STATE, resetEvent(T0, { isolated: null, crossOrders: null })),
      T0,
    )
    expect(withRows.positions).toHaveLength(1)
    expect(withRows.orders).toHaveLength(1)
    expect(prometheusText(withRows)).not.toContain('axisor_orders{')
  })
})
