import { selectMarket } from '../store/selectors/market.ts'
import { selectPositions } from '../store/selectors/positions.ts'
import { selectSource } from '../store/selectors/source.ts'
import { selectTotals } from '../store/selectors/totals.ts'
import type { Happening, State } from '../store/state.ts'
import { printable } from './sanitize.ts'
import { sentenceOf, spokenPrice, spokenSats, spokenSeconds } from './sentences.ts'

/** An alert, as far as a sentence needs it. */
export interface RaisedAlert {
  readonly level: string
  readonly message: string
}

/** Happenings after which the result is worth repeating. */
const CHANGES_RESULT = new Set<Happening['kind']>(['filled', 'ended', 'funded', 'appeared', 'vanished'])

/** Tells a watch in sentences: only what is material, and each thing once. Knows no clock and no terminal. */
export class Diary {
  #toldHappening: Happening | null = null
  #toldTrouble: string | null = null
  #began = false
  #stale = false
  #goodAt: number | null = null

  /** What is new since the last call, one sentence each, without the time. */
  tell(state: State, now: number, raised: readonly RaisedAlert[]): readonly string[] {
    const happenings = this.#newHappenings(state)
    for (const happening of happenings) if (happening.kind === 'link-lost') this.#toldTrouble = happening.why
    const sentences = [...happenings.map(sentenceOf), ...this.#trouble(state), ...this.#freshness(state, now)]
    sentences.push(...raised.map(({ level, message }) => `${level}: ${printable(message)}`))
    const first = !this.#began && state.lastPicture !== null
    if (first && state.origin === 'simulated') sentences.unshift('SIMULATED: these numbers are worth nothing')
    const isWorthIt = first || raised.length > 0 || happenings.some(({ kind }) => CHANGES_RESULT.has(kind))
    if (isWorthIt && state.lastPicture !== null && !this.#stale) sentences.push(result(state, now))
    this.#began ||= first
    return sentences
  }

  #newHappenings(state: State): readonly Happening[] {
    const { happenings } = state
    const told = this.#toldHappening === null ? -1 : happenings.lastIndexOf(this.#toldHappening)
    this.#toldHappening = happenings.at(-1) ?? null
    return happenings.slice(told + 1)
  }

  /** Why there is no connection, once per reason; what ends a live link is among the happenings. */
  #trouble({ status }: State): readonly string[] {
    const waiting =
      status?.link === 'waiting' && status.attempt > 0 ? (status.lastError?.message ?? null) : null
    if (status?.link === 'live') this.#toldTrouble = null
    if (waiting === null || waiting === this.#toldTrouble) return []
    this.#toldTrouble = waiting
    return [`not connected: ${printable(waiting)}`]
  }

  #freshness(state: State, now: number): readonly string[] {
    if (state.lastPicture === null) return []
    const { stale, ageMs, goodAt } = selectSource(state, now)
    const was = this.#stale
    this.#stale = stale
    if (stale && !was) {
      this.#goodAt = goodAt
      const age = ageMs === null ? 'of unknown age' : `stale for ${spokenSeconds(ageMs)}`
      const price = spokenPrice(selectMarket(state, now).lastPriceUsd)
      return [`data is ${age}; last price ${price}; liquidation alerts not evaluated`]
    }
    if (was && !stale) {
      const gap = this.#goodAt === null ? '' : ` after ${spokenSeconds(now - this.#goodAt)}`
      return [`data is live again${gap}`]
    }
    return []
  }
}

function result(state: State, now: number): string {
  const { unrealizedPlSats } = selectTotals(state, now, selectPositions(state, now))
  const { ageMs } = selectSource(state, now)
  const age = ageMs === null ? 'of unknown age' : `${spokenSeconds(ageMs)} old`
  return `unrealised ${spokenSats(unrealizedPlSats)}; data ${age}`
}
