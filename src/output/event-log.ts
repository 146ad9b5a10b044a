import { PERMISSIONS_UNCHECKED } from '../domain/account.ts'
import { sanitize } from '../domain/sanitize.ts'
import { selectMarket } from '../store/selectors/market.ts'
import { selectPositions } from '../store/selectors/positions.ts'
import { selectSource } from '../store/selectors/source.ts'
import { selectTotals } from '../store/selectors/totals.ts'
import type { ActivityEvent, State } from '../store/state.ts'
import { priceInWords, satsInWords, secondsInWords, sentenceOf } from './sentences.ts'
import { unevaluated } from './unevaluated.ts'

/** The parts of an alert that its sentence needs. */
export interface AlertSummary {
  readonly level: string
  readonly message: string
}

/** Events after which the unrealized P&L is printed. */
const CHANGES_PL = new Set<ActivityEvent['kind']>(['filled', 'ended', 'funded', 'appeared', 'vanished'])

/** Turns state changes into sentences for `watch --plain`: material changes only, each once. */
export class EventLog {
  #lastReportedEvent: ActivityEvent | null = null
  #lastReportedProblem: string | null = null
  #started = false
  #stale = false
  #unchecked = false
  #goodAt: number | null = null
  #lastUnevaluated = ''

  /** Returns the changes since the last call, one sentence each, without the time. */
  report(state: State, now: number, raised: readonly AlertSummary[]): readonly string[] {
    const events = this.#newEvents(state)
    for (const event of events) if (event.kind === 'link-lost') this.#lastReportedProblem = event.why
    const sentences = [
      ...events.map(sentenceOf),
      ...this.#connectionProblem(state),
      ...this.#permissionChange(state, now),
      ...this.#freshness(state, now),
      ...this.#evaluation(state, now),
    ]
    sentences.push(...raised.map(({ level, message }) => `${level}: ${sanitize(message)}`))
    const first = !this.#started && state.lastSnapshot !== null
    if (first && state.origin === 'simulated') sentences.unshift('SIMULATED: no real money is involved')
    const isPlDue = first || raised.length > 0 || events.some(({ kind }) => CHANGES_PL.has(kind))
    if (isPlDue && state.lastSnapshot !== null && !this.#stale) sentences.push(plSentence(state, now))
    this.#started ||= first
    return sentences
  }

  #newEvents(state: State): readonly ActivityEvent[] {
    const { events } = state
    const lastIndex = this.#lastReportedEvent === null ? -1 : events.lastIndexOf(this.#lastReportedEvent)
    this.#lastReportedEvent = events.at(-1) ?? null
    return events.slice(lastIndex + 1)
  }

  /** Returns why there is no connection, once per reason. The loss of a live connection is an event of its own. */
  #connectionProblem({ status }: State): readonly string[] {
    const waiting =
      status?.link === 'waiting' && status.attempt > 0 ? (status.lastError?.message ?? null) : null
    if (status?.link === 'live') this.#lastReportedProblem = null
    if (waiting === null || waiting === this.#lastReportedProblem) return []
    this.#lastReportedProblem = waiting
    return [`not connected: ${sanitize(waiting)}`]
  }

  /** Reports permissions that could not be checked, and that they are checked later. Other changes are events. */
  #permissionChange(state: State, now: number): readonly string[] {
    const { permissionState } = selectSource(state, now)
    const wasUnchecked = this.#unchecked
    this.#unchecked = permissionState === 'unchecked'
    if (this.#unchecked === wasUnchecked) return []
    if (this.#unchecked) return [PERMISSIONS_UNCHECKED]
    return [
      `permissions are checked: the key ${permissionState === 'write' ? 'may do more than read' : 'is read-only'}`,
    ]
  }

  #freshness(state: State, now: number): readonly string[] {
    if (state.lastSnapshot === null) return []
    const { stale, ageMs, goodAt } = selectSource(state, now)
    const wasStale = this.#stale
    this.#stale = stale
    if (stale && !wasStale) {
      this.#goodAt = goodAt
      const age = ageMs === null ? 'of unknown age' : `${secondsInWords(ageMs)} old`
      const price = priceInWords(selectMarket(state, now).lastPriceUsd)
      const alerts = this.#newUnevaluated(state, now)
        .map(text => `; ${text}`)
        .join('')
      return [`data is stale, ${age}; last price ${price}${alerts}`]
    }
    if (wasStale && !stale) {
      const gap = this.#goodAt === null ? '' : ` after ${secondsInWords(now - this.#goodAt)}`
      return [`data is live again${gap}`]
    }
    return []
  }

  #evaluation(state: State, now: number): readonly string[] {
    if (state.lastSnapshot === null) return []
    const wasIncomplete = this.#lastUnevaluated !== ''
    const sentences = this.#newUnevaluated(state, now)
    const isComplete = this.#lastUnevaluated === ''
    return wasIncomplete && isComplete ? ['liquidation alerts are evaluated again'] : sentences
  }

  /** Returns which liquidation alerts are not evaluated, whenever that changes. */
  #newUnevaluated(state: State, now: number): readonly string[] {
    const alerts = unevaluated(selectSource(state, now).parts, selectMarket(state, now).stale)
    const parts = alerts.map(({ part }) => part ?? 'all').join(' ')
    if (parts === this.#lastUnevaluated) return []
    this.#lastUnevaluated = parts
    return alerts.map(({ text }) => `liquidation alerts are ${sanitize(text)}`)
  }
}

function plSentence(state: State, now: number): string {
  const { unrealizedPlSats } = selectTotals(state, now, selectPositions(state, now))
  const { ageMs } = selectSource(state, now)
  const age = ageMs === null ? 'of unknown age' : `${secondsInWords(ageMs)} old`
  return `unrealized P&L ${satsInWords(unrealizedPlSats)}; data ${age}`
}
