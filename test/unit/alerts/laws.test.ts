import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertInputOf } from '../../../src/alerts/alert-input.ts'
import { decodeEngineState, encodeEngineState } from '../../../src/alerts/stored-engine.ts'
import { ALERT_ID, levelRank } from '../../../src/domain/alerts/alert.ts'
import { AxisorError } from '../../../src/domain/error.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { sameTime } from '../../../src/domain/wall-clock.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { closedTrade, crossFill, endedAt, historyAt } from '../../support/alert-ends.ts'
import { flatAt, longAt, marketAt, openAlertRig } from '../../support/alert-rig.ts'
import { MANY_RULES } from '../../support/alert-rules.ts'
import {
  changeEvent,
  madeCross,
  madePosition,
  readAt,
  sampleSnapshot,
  statusEvent,
  T0,
} from '../../support/samples.ts'

const distance = fc.oneof(
  fc.constantFrom(0.0249, 0.0251, 0.0274, 0.0276, 0.049, 0.051, 0.056, 0.099, 0.111),
  fc.double({ min: -0.2, max: 0.5, noNaN: true }),
)

const side = fc.constantFrom('long', 'short')

const ERROR = { kind: 'failed', code: 'unavailable', message: 'HTTP 503', hint: null } as const

/** Something that happens at a time. */
type Step = (at: number) => readonly FeedEvent[]

const failedPositions: Step = at => {
  const { parts } = sampleSnapshot(at)
  const isolatedPositions = { ...parts.isolatedPositions, readAt: null, error: ERROR }
  return [longAt(at, 0.04, { isolated: null, parts: { ...parts, isolatedPositions } })]
}

const unreadRow =
  (id: string | null): Step =>
  at => {
    const { parts } = sampleSnapshot(at)
    const unreadable = [{ id, field: 'side', problem: 'is missing' }]
    const isolatedPositions = { ...parts.isolatedPositions, unreadable }
    return [longAt(at, 0.04, { isolated: readAt(at, []), parts: { ...parts, isolatedPositions } })]
  }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: distance.map(
      (d): Step =>
        at => [longAt(at, d)],
    ),
  },
  {
    weight: 4,
    arbitrary: distance.map(
      (d): Step =>
        at =>
          marketAt(at, d),
    ),
  },
  fc.constantFrom<Step>(at => [flatAt(at)], failedPositions, unreadRow(null), unreadRow(madePosition().id)),
  fc.constantFrom('liquidation', 'stop-loss', 'take-profit', 'closed', 'canceled').map(
    (why): Step =>
      at => [endedAt(at, why as 'closed')],
  ),
  fc
    .record({
      plSats: fc.integer({ min: -800_000, max: 800_000 }),
      price: fc.option(fc.integer({ min: 1, max: 90_000 })),
    })
    .map(
      ({ plSats, price }): Step =>
        at => {
          const exitPriceUsd = price === null ? null : usd(price)
          const closed = [closedTrade({ plSats: sats(plSats), exitPriceUsd, closedAt: at })]
          return [historyAt(at, { closed, crossFills: [crossFill({ filledAt: at })] })]
        },
    ),
  fc.record({ side, event: fc.constantFrom('market', 'liquidation', 'deposit') }).map(
    (over): Step =>
      at => {
        const { position } = madeCross()
        const changed = position && { ...position, side: over.side as 'long' }
        const cross = madeCross({ updatedAt: at, position: over.event === 'liquidation' ? null : changed })
        return [changeEvent(at, { kind: 'cross-position', event: over.event, cross })]
      },
  ),
  fc.constantFrom('live', 'waiting', 'dialing', 'stopped', 'idle').map(
    (link): Step =>
      at => [
        statusEvent(at, {
          link: link as 'live',
          refusal:
            link === 'stopped'
              ? { since: at, attempt: 1, retryAt: null, error: new AxisorError('key-refused', 'no') }
              : null,
        }),
      ],
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map(
    (title): Step =>
      at => [
        changeEvent(at, { kind: 'announcement', id: title, title, message: null, link: null }),
        changeEvent(at, {
          kind: 'wallet',
          direction: 'deposit',
          id: title,
          amountSats: sats(5),
          balanceSats: null,
          status: title,
        }),
      ],
  ),
)

/** What happens, after how long, and whether the program restarts or the user acknowledges all. */
const history = fc.array(
  fc.record({
    step,
    afterMs: fc.constantFrom(1, 40, 1_000, 5_000, 16_000, 31_000, 61_000, 3_600_000),
    request: fc.constantFrom('nothing', 'nothing', 'nothing', 'restart', 'acknowledge'),
  }),
  { minLength: 1, maxLength: 25 },
)

type History = Parameters<Parameters<typeof history.map>[0]>[0]

/** Runs a history and calls back around each evaluation. */
function run(
  steps: History,
  check: (rig: ReturnType<typeof openAlertRig>, at: number, evaluate: () => void) => void,
) {
  const rig = openAlertRig({ rules: MANY_RULES })
  let at = T0
  for (const { step: happen, afterMs, request } of steps) {
    at += afterMs
    rig.dispatch(...happen(at))
    check(rig, at, () => rig.evaluate(at))
    if (request === 'restart') rig.restart(at)
    if (request === 'acknowledge') rig.acknowledge(null, at)
  }
  return rig
}

describe('for any history', () => {
  it('every text and id is well-formed', () => {
    fc.assert(
      fc.property(history, steps => {
        const rig = run(steps, (_rig, _at, evaluate) => evaluate())
        for (const { id, alert } of rig.notices) {
          expect(id).toMatch(ALERT_ID)
          expect(alert.id).toMatch(ALERT_ID)
          const text = `${alert.subject} ${alert.message} ${alert.remedy ?? ''}`
          expect(text).not.toMatch(/NaN|Infinity|undefined|null|(^| )-0(\.0*)?( |%|$)|\p{Cc}|\.$/u)
          expect(alert.message).not.toBe('')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('each alert starts with a firing notice or is one event, ends once, and no notice id repeats', () => {
    fc.assert(
      fc.property(history, steps => {
        const rig = run(steps, (_rig, _at, evaluate) => evaluate())
        for (const notices of Map.groupBy(rig.notices, ({ id }) => id).values()) {
          // The same end of a position may be found again once its alert is no longer listed as recent.
          const hourMs = 3_600_000
          const times = notices.map(({ at }) => at)
          expect(times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= hourMs)).toBe(true)
        }
        for (const [id, notices] of Map.groupBy(rig.notices, ({ alert }) => alert.id)) {
          const events = notices.map(({ event }) => event)
          if (events.includes('event')) expect(new Set(events)).toEqual(new Set(['event']))
          else expect(events[0]).toBe('firing')
          expect(events.indexOf('resolved')).toBeOneOf([-1, events.length - 1])
          const isActive = rig.active().some(alert => alert.id === id)
          if (events.at(-1) === 'resolved') expect(isActive).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('no liquidation alert ends or gets better on an old row or at an old price', () => {
    fc.assert(
      fc.property(history, steps => {
        run(steps, (rig, at, evaluate) => {
          const before = rig.active()
          evaluate()
          for (const row of alertInputOf(rig.store.state(), at).positions) {
            if (!row.marketIsStale && !row.isOld) continue
            const isOfRow = (alert: (typeof before)[number]): boolean =>
              alert.kind === 'liquidation' &&
              alert.subject.startsWith(`${row.position.mode} ${row.position.side}`)
            const known = before.find(isOfRow)
            if (known === undefined) continue
            const now = rig.active().find(isOfRow)
            expect(now?.id).toBe(known.id)
            expect(levelRank(now?.level ?? 'info')).toBeGreaterThanOrEqual(levelRank(known.level))
            if (row.marketIsStale) expect(now?.level).toBe(known.level)
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  it('a liquidated alert fires until it is acknowledged', () => {
    fc.assert(
      fc.property(history, steps => {
        run(steps, (rig, _at, evaluate) => {
          const before = rig.active().filter(({ level }) => level === 'liquidated')
          evaluate()
          for (const { id } of before)
            expect(rig.active().find(alert => alert.id === id)?.state).toBe('firing')
        })
      }),
      { numRuns: 200 },
    )
  })

  it('the stored form of the state is read as the same state', () => {
    fc.assert(
      fc.property(history, steps => {
        run(steps, (rig, at, evaluate) => {
          evaluate()
          const stored = rig.stored()
          const decoded = decodeEngineState(stored, at, sameTime)
          expect(encodeEngineState(decoded, sameTime)).toBe(stored)
          expect(decoded.firing).toEqual(rig.state().firing)
        })
      }),
      { numRuns: 100 },
    )
  })
})
