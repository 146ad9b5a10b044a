import { sanitize } from '../domain/sanitize.ts'
import { selectMarket } from '../store/selectors/market.ts'
import { selectPositions } from '../store/selectors/positions.ts'
import { selectSource } from '../store/selectors/source.ts'
import { selectTotals } from '../store/selectors/totals.ts'
import type { ActivityEvent, State } from '../store/state.ts'
import { priceInWords, satsInWords, secondsInWords, sentenceOf } from './sentences.ts'

/** An alert, as far as a sentence needs it. */
export interface RaisedAlert {
  readonly level: string
  readonly message: string
}

/** Happenings after which the result is worth repeating. */
const CHANGES_RESULT = new Set<ActivityEvent['kind']>(['filled', 'ended', 'funded', 'appeared', 'vanished'])

/** Tells a watch in sentences: only what is material, and each thing once. Knows no clock and no terminal. */
export class EventLog {
  #lastReportedEvent: ActivityEvent | null = null
  #lastReportedTrouble: string | null = null
  #began = false
  #stale = false
  #goodAt: number | null = null

  /** What is new since the last call, one sentence each, without the time. */
  report(state: State, now: number, raised: readonly RaisedAlert[]): readonly string[] {
    const events = this.#newEvents(state)
    for (const event of events) if (event.kind === 'link-lost') this.#lastReportedTrouble = event.why
    const sentences = [...events.map(sentenceOf), ...this.#trouble(state), ...this.#freshness(state, now)]
    sentences.push(...raised.map(({ level, message }) => `${level}: ${sanitize(message)}`))
    const first = !this.#began && state.lastSnapshot !== null
    if (first && state.origin === 'simulated') sentences.unshift('SIMULATED: these numbers are worth nothing')
    const isWorthIt = first || raised.length > 0 || events.some(({ kind }) => CHANGES_RESULT.has(kind))
    if (isWorthIt && state.lastSnapshot !== null && !this.#stale) sentences.push(result(state, now))
    this.#began ||= first
    return sentences
  }

  #newEvents(state: State): readonly ActivityEvent[] {
    const { events } = state
    const told = this.#lastReportedEvent === null ? -1 : events.lastIndexOf(this.#lastReportedEvent)
    this.#lastReportedEvent = events.at(-1) ?? null
    return events.slice(told + 1)
  }

  /** Why there is no connection, once per reason; what ends a live link is among the happenings. */
  #trouble({ status }: State): readonly string[] {
    const waiting =
      status?.link === 'waiting' && status.attempt > 0 ? (status.lastError?.message ?? null) : null
    if (status?.link === 'live') this.#lastReportedTrouble = null
    if (waiting === null || waiting === this.#lastReportedTrouble) return []
    this.#lastReportedTrouble = waiting
    return [`not connected: ${sanitize(waiting)}`]
  }

  #freshness(state: State, now: number): readonly string[] {
    if (state.lastSnapshot === null) return []
    const { stale, ageMs, goodAt } = selectSource(state, now)
    const was = this.#stale
    this.#stale = stale
    if (stale && !was) {
      this.#goodAt = goodAt
      const age = ageMs === null ? 'of unknown age' : `stale for ${secondsInWords(ageMs)}`
      const price = priceInWords(selectMarket(state, now).lastPriceUsd)
      return [`data is ${age}; last price ${price}; liquidation alerts not evaluated`]
    }
    if (was && !stale) {
      const gap = this.#goodAt === null ? '' : ` after ${secondsInWords(now - this.#goodAt)}`
      return [`data is live again${gap}`]
    }
    return []
  }
}

function result(state: State, now: number): string {
  const { unrealizedPlSats } = selectTotals(state, now, selectPositions(state, now))
  const { ageMs } = selectSource(state, now)
  const age = ageMs === null ? 'of unknown age' : `${secondsInWords(ageMs)} old`
  return `unrealised ${satsInWords(unrealizedPlSats)}; data ${age}`
}
