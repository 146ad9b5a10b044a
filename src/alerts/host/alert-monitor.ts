import type { Alert, Notice, RecentAlert } from '../../domain/alerts/alert.ts'
import type { AlertRule, QuietHours } from '../../domain/alerts/rule.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'
import { activeAlerts } from '../active-alerts.ts'
import { type AlertInput, alertInputOf, type Finding } from '../alert-input.ts'
import { type AlertUpdate, updateAlerts } from '../engine.ts'
import { acknowledge, resend, snooze } from '../engine-actions.ts'
import { type EngineState, initialEngineState, type Snooze } from '../engine-state.ts'
import { followState, joinState, keepAcknowledged } from '../follow.ts'
import { isMuted } from '../notices.ts'

/** Shortest time between two evaluations where notices are sent: they leave within 100 ms. */
export const SENDING_EVERY_MS = 40

/** Shortest time between two evaluations that are only shown. Frames at the full pace come sooner, and evaluate as well. */
export const SHOWING_EVERY_MS = 300

/** Longest time between two evaluations: without data, ages and repeats go on. */
const AT_LEAST_EVERY_MS = 1_000

/** An evaluation with fresh data counts for this long as healthy. */
const HEALTHY_MS = 5_000

/** What a monitor needs. */
export interface AlertMonitorDeps {
  readonly store: Pick<Store, 'state' | 'subscribe'>
  readonly clock: Clock
  readonly rules: readonly AlertRule[]
  /** Shortest time between two evaluations, in ms. */
  readonly everyMs: number
  /** Offset of the local time from UTC in minutes, at a time of the wall clock. */
  readonly localOffsetMinutes: (atMs: number) => number
  /** Called after each evaluation that changed alerts or made notices, and after each request. */
  readonly onChange: (change: AlertChange) => void
}

/** What an evaluation or a request changed. */
export interface AlertChange extends Pick<AlertUpdate, 'notices' | 'raised' | 'gap'> {
  readonly state: EngineState
}

/** The alerts of one account. */
export interface MonitoredAlerts {
  /** Worst first. */
  readonly active: readonly Alert[]
  /** Of the last hour, newest last. */
  readonly recent: readonly RecentAlert[]
}

/** Evaluates the rules after changes of the data and at least once a second. */
export class AlertMonitor {
  readonly #deps: AlertMonitorDeps
  readonly #timer: DeadlineTimer
  readonly #unsubscribe: Cancel
  #state: EngineState
  #rules: readonly AlertRule[]
  #hostFindings: readonly Finding[] = []
  #evaluatedAt = Number.NEGATIVE_INFINITY
  /** When the next evaluation is due, if no caller evaluates before. */
  #dueAt = Number.POSITIVE_INFINITY
  #hasJoined = false
  #view: MonitoredAlerts = { active: [], recent: [] }

  constructor(deps: AlertMonitorDeps) {
    this.#deps = deps
    this.#rules = deps.rules
    this.#state = initialEngineState(deps.clock.nowMs())
    this.#timer = new DeadlineTimer(deps.clock, () => this.#due())
    this.#unsubscribe = deps.store.subscribe(() => this.#changed())
    this.#evaluateBy(deps.clock.nowMs() + AT_LEAST_EVERY_MS)
  }

  view(): MonitoredAlerts {
    return this.#view
  }

  state(): EngineState {
    return this.#state
  }

  /** True while prices and positions are fresh and the rules are evaluated. */
  isHealthy(): boolean {
    const since = this.#deps.clock.nowMs() - HEALTHY_MS
    const { sightedAt } = this.#state
    return sightedAt !== null && sightedAt >= since
  }

  /**
   * Agrees with the state that the delivering host stored on acknowledgements, snoozes and ids. Alerts stay those that this process found
   * and reported itself, except that the first state is joined: what ended before this process began is listed too.
   */
  follow(stored: EngineState): void {
    const own = this.#hasJoined ? this.#state : joinState(this.#state, stored)
    this.#hasJoined = true
    this.#set(followState(own, stored, this.#deps.clock.nowMs()))
  }

  /** Continues a stored state: what happened since then is evaluated again. */
  takeOver(stored: EngineState): void {
    this.#hasJoined = true
    this.#set({ ...keepAcknowledged(this.#state, stored), ...this.#ownParts() })
  }

  /** Evaluates other rules from now on. Windows of rules that have changed fill again. */
  setRules(rules: readonly AlertRule[]): void {
    const unchanged = new Set(this.#rules.map(rule => JSON.stringify(rule)))
    const kept = new Set(rules.filter(rule => unchanged.has(JSON.stringify(rule))).map(({ name }) => name))
    this.#rules = rules
    const windows = new Map([...this.#state.windows].filter(([name]) => kept.has(name)))
    this.#set({ ...this.#state, windows })
  }

  /** Sets the conditions that the host found itself. They are evaluated with the next data. */
  setHostFindings(findings: readonly Finding[]): void {
    this.#hostFindings = findings
  }

  /** Sends a notice of these alerts again with the next evaluation. */
  resend(alertIds: ReadonlySet<string>): void {
    this.#set(resend(this.#state, alertIds))
  }

  /** Returns the rule of an alert if its notices are sent now; null if it is muted, disabled or gone. */
  sendingRule({ rule: name, level }: Alert): AlertRule | null {
    const rule = this.#rules.find(each => each.enabled && each.name === name)
    if (rule === undefined) return null
    const minuteOfDay = (at: number, zone: QuietHours['zone']): number => this.#minuteOfDay(at, zone)
    const now = this.#deps.clock.nowMs()
    return isMuted(level, rule, this.#state.snoozes, now, { minuteOfDay }) ? null : rule
  }

  /** Acknowledges one alert, or all if the id is null. */
  acknowledge(alertId: string | null): void {
    this.#request(acknowledge(this.#state, alertId, this.#deps.clock.nowMs()))
  }

  snooze(snoozed: Snooze): void {
    this.#request(snooze(this.#state, snoozed, this.#deps.clock.nowMs()))
  }

  /** Evaluates the rules on data that the caller has selected already. */
  evaluate(input: AlertInput): void {
    this.#evaluatedAt = input.now
    const previous = this.#state
    const update = updateAlerts(previous, input, {
      rules: this.#rules,
      hostFindings: this.#hostFindings,
      minuteOfDay: (at, zone) => this.#minuteOfDay(at, zone),
      toTime: timeText,
    })
    this.#set(update.state)
    this.#evaluateBy(input.now + AT_LEAST_EVERY_MS)
    const { notices, raised, gap } = update
    const isChanged = isListChanged(previous, update.state)
    if (isChanged || notices.length > 0 || gap !== null)
      this.#deps.onChange({ state: update.state, notices, raised, gap })
  }

  close(): void {
    this.#timer.close()
    this.#unsubscribe()
  }

  #changed(): void {
    const now = this.#deps.clock.nowMs()
    const { everyMs } = this.#deps
    if (now - this.#evaluatedAt >= everyMs) this.#evaluateNow()
    else this.#evaluateBy(this.#evaluatedAt + everyMs)
  }

  #evaluateBy(at: number): void {
    this.#dueAt = at
    this.#timer.armBy(at)
  }

  /** A caller may have evaluated since the timer was armed: a frame does. */
  #due(): void {
    if (this.#deps.clock.nowMs() < this.#dueAt) this.#timer.armBy(this.#dueAt)
    else this.#evaluateNow()
  }

  #evaluateNow(): void {
    const { store, clock } = this.#deps
    this.evaluate(alertInputOf(store.state(), clock.nowMs()))
  }

  #request(state: EngineState): void {
    if (state === this.#state) return
    this.#set(state)
    this.#deps.onChange({ state, notices: [], raised: [], gap: null })
  }

  /** What a process knows from its own feed: when it began, what it has in sight and what moved since. */
  #ownParts(): Pick<EngineState, 'startedAt' | 'sightedAt' | 'linkLostAt' | 'windows'> {
    const { startedAt, sightedAt, linkLostAt, windows } = this.#state
    return { startedAt, sightedAt, linkLostAt, windows }
  }

  #set(state: EngineState): void {
    const before = this.#state
    this.#state = state
    if (before.firing === state.firing && before.recent === state.recent) return
    this.#view = { active: activeAlerts(state), recent: state.recent }
  }

  #minuteOfDay(at: number, zone: QuietHours['zone']): number {
    const wall = this.#deps.clock.toWall(at)
    const offset = zone === 'utc' ? 0 : this.#deps.localOffsetMinutes(wall)
    const minute = (Math.floor(wall / 60_000) + offset) % 1_440
    return minute < 0 ? minute + 1_440 : minute
  }
}

/** Messages of alerts change with each price. New, ended and acknowledged alerts and open positions are changes to be stored. */
function isListChanged(before: EngineState, after: EngineState): boolean {
  if (before.recent !== after.recent || before.firing.size !== after.firing.size) return true
  for (const [key, { alert }] of after.firing) {
    const known = before.firing.get(key)?.alert
    if (known?.id !== alert.id || known.level !== alert.level || known.state !== alert.state) return true
  }
  return before.missing.length !== after.missing.length || !hasSameIds(before.open, after.open)
}

function hasSameIds(before: EngineState['open'], after: EngineState['open']): boolean {
  if (before === after) return true
  if (before.length !== after.length) return false
  return after.every(({ position }, index) => before[index]?.position.id === position.id)
}

function timeText(exchangeMs: number): string {
  return new Date(exchangeMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace('T', ' ')
}

/** True for notices that need a person's attention: they ring. */
export function isAudible({ event, alert }: Notice): boolean {
  return event !== 'resolved' && alert.level !== 'info' && alert.level !== 'watch'
}
