import { activeAlerts } from '../../src/alerts/active-alerts.ts'
import { type AlertInput, alertInputOf } from '../../src/alerts/alert-input.ts'
import { type AlertUpdate, type EngineOptions, updateAlerts } from '../../src/alerts/engine.ts'
import { acknowledge, snooze } from '../../src/alerts/engine-actions.ts'
import type { Snooze } from '../../src/alerts/engine-state.ts'
import { decodeEngineState, encodeEngineState } from '../../src/alerts/stored-engine.ts'
import type { Alert, Notice, RuleType } from '../../src/domain/alerts/alert.ts'
import { type AlertRule, DEFAULT_RULES, type EventRule } from '../../src/domain/alerts/rule.ts'
import type { Ticker } from '../../src/domain/market.ts'
import { riskOf } from '../../src/domain/risk.ts'
import type { AccountSnapshot } from '../../src/domain/snapshot.ts'
import { usd } from '../../src/domain/units.ts'
import { sameTime } from '../../src/domain/wall-clock.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import { openStore } from '../../src/store/store.ts'
import type { PositionRow } from '../../src/store/view.ts'
import { ENGINE_OPTIONS } from './alert-log.ts'
import { changeEvent, madeCross, madePosition, readAt, resetEvent, T0 } from './samples.ts'

/** The engine on a store, at times that the test chooses; `stored`: what a program before it left. */
export function openAlertRig(
  over: Partial<EngineOptions> = {},
  startedAt = T0,
  stored: string | null = null,
) {
  const store = openStore()
  const options: EngineOptions = { ...ENGINE_OPTIONS, ...over }
  const notices: Notice[] = []
  const raised: Alert[] = []
  let state = decodeEngineState(stored, startedAt, sameTime)
  return {
    /** All notices and raised alerts since the start. */
    notices,
    raised,
    store,
    state: () => state,
    active: () => activeAlerts(state),
    /** `EVENT LEVEL` of each notice since the start. */
    log: () => notices.map(({ event, alert }) => `${event} ${alert.level}`),
    dispatch(...events: readonly FeedEvent[]) {
      for (const event of events) store.dispatch(event)
    },
    /** Evaluates after a snapshot of the sample long alone. */
    slide(at: number, distance: number, over: Partial<AccountSnapshot> = {}): AlertUpdate {
      store.dispatch(longAt(at, distance, over))
      return this.evaluate(at)
    },
    /** Evaluates at a time, on the data of the store with some of it replaced. */
    evaluate(at: number, replaced: Partial<AlertInput> = {}): AlertUpdate {
      const update = updateAlerts(state, { ...alertInputOf(store.state(), at), ...replaced }, options)
      state = update.state
      notices.push(...update.notices)
      raised.push(...update.raised)
      return update
    },
    acknowledge(alertId: string | null, at: number) {
      state = acknowledge(state, alertId, at)
    },
    snooze(snoozed: Snooze, at: number) {
      state = snooze(state, snoozed, at)
    },
    stored: () => encodeEngineState(state, sameTime),
    /** Continues from the stored form on the same data. */
    restart(at: number) {
      state = decodeEngineState(encodeEngineState(state, sameTime), at, sameTime)
    },
  }
}

export type AlertRig = ReturnType<typeof openAlertRig>

/** A row of the sample position at a distance from its liquidation. */
export function madeRow(distance: number | null, over: Partial<PositionRow> = {}): PositionRow {
  return {
    position: madePosition(),
    ageMs: 0,
    stale: false,
    isOld: false,
    marketIsStale: false,
    markPriceUsd: null,
    unrealizedPlSats: null,
    unrealizedPlUsd: null,
    netPlSats: null,
    returnOnMargin: null,
    liquidationDistance: distance,
    liquidationDistanceUsd: null,
    breakEvenUsd: null,
    distanceInDayRanges: null,
    risk: riskOf(distance),
    warnings: [],
    plDifferenceSats: null,
    maintenanceMarginBasis: null,
    ...over,
  }
}

/** Prices at which the sample long is at a distance from its liquidation. */
function tickerOf(distance: number): Ticker {
  const bid = usd((madePosition().liquidationPriceUsd ?? 0) / (1 - distance))
  const buckets = [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: bid, askUsd: usd(bid + 5) }]
  return { lastPriceUsd: bid, indexUsd: bid, funding: FUNDING, buckets }
}

const FUNDING = { rate: 0.000042, at: T0 + 4_340_000 }

/** Fresh prices, at which the sample long is at a distance from its liquidation. */
export function marketAt(at: number, distance: number): readonly FeedEvent[] {
  const { lastPriceUsd, indexUsd, buckets } = tickerOf(distance)
  return [
    changeEvent(at, { kind: 'ticker', lastPriceUsd, indexUsd, funding: FUNDING }),
    changeEvent(at, { kind: 'buckets', buckets: buckets ?? [] }),
  ]
}

/** A snapshot of an account that has only the sample long, at a distance from its liquidation. */
export function longAt(at: number, distance: number, over: Partial<AccountSnapshot> = {}): FeedEvent {
  return resetEvent(at, {
    ticker: readAt(at, tickerOf(distance)),
    isolated: readAt(at, [madePosition()]),
    isolatedOrders: readAt(at, []),
    cross: readAt(at, madeCross({ position: null })),
    ...over,
  })
}

/** The same without any position. */
export function flatAt(at: number, over: Partial<AccountSnapshot> = {}): FeedEvent {
  return longAt(at, 0.2, { isolated: readAt(at, []), ...over })
}

/** The rule of a type. */
type RuleOf<T extends RuleType> = Extract<
  AlertRule,
  { readonly type: T extends EventRule['type'] ? EventRule['type'] : T }
>

/** The default rule of a type, changed. */
export function defaultRule<T extends RuleType>(type: T, over: Partial<RuleOf<T>> = {}): RuleOf<T> {
  const rule = DEFAULT_RULES.find((each): each is RuleOf<T> => each.type === type)
  if (rule === undefined) throw new Error(`no default rule ${type}`)
  return { ...rule, ...over }
}
