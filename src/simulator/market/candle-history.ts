import { toTick } from '../formulas.ts'
import type { CandleRange } from '../protocol/candle-ranges.ts'
import { CANDLE_RANGES } from '../protocol/candle-ranges.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { CandleStore, SimCandle } from './candles.ts'

/** A fixed past price, so that the entries of a scenario lie on its chart. */
export interface Waypoint {
  readonly agoMs: number
  readonly usd: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Older history has coarser candles. Each stretch begins at the opening of a candle of the next one. */
const STRETCHES: readonly { stepMs: number; lengthMs: number; alignMs: number; from: CandleRange }[] = [
  { stepMs: MINUTE, lengthMs: 2 * DAY, alignMs: HOUR, from: '1m' },
  { stepMs: HOUR, lengthMs: 40 * DAY, alignMs: DAY, from: '1h' },
  { stepMs: DAY, lengthMs: 1100 * DAY, alignMs: DAY, from: '1d' },
]

const VOLATILITY_PER_ROOT_SECOND = 0.00009

/** A waypoint of the backward walk. */
interface Target {
  readonly at: number
  readonly log: number
}

function targetsOf(waypoints: readonly Waypoint[], startAt: number): readonly Target[] {
  const newestFirst = waypoints.toSorted((a, b) => a.agoMs - b.agoMs)
  return newestFirst.map(({ agoMs, usd }) => ({ at: startAt - agoMs, log: Math.log(usd) }))
}

/** One candle of the backward walk. It closes at `closeUsd`, whose logarithm is `closeLog`. */
function candleBefore(
  random: SeededRandom,
  time: number,
  stepMs: number,
  closeUsd: number,
  closeLog: number,
  pull: number,
): SimCandle {
  const spread = VOLATILITY_PER_ROOT_SECOND * Math.sqrt(stepMs / 1000)
  const openLog = closeLog + pull + spread * random.normal()
  const reach = () => spread * 0.6 * Math.abs(random.normal())
  return {
    time,
    open: toTick(Math.exp(openLog)),
    close: closeUsd,
    high: toTick(Math.exp(Math.max(openLog, closeLog) + reach())),
    low: toTick(Math.exp(Math.min(openLog, closeLog) - reach())),
    volume: Math.round(random.between(0.3, 1.8) * 9_000 * (stepMs / MINUTE)),
  }
}

/**
 * Fills the candle store with a history that ends at `startUsd`: two days of minutes, 40 days of hours, 1,100 days of days.
 * Returns a function that returns the price at a past time.
 */
export function generateCandles(
  store: CandleStore,
  random: SeededRandom,
  startAt: number,
  startUsd: number,
  waypoints: readonly Waypoint[],
): (at: number) => number {
  const candles: { candle: SimCandle; into: readonly CandleRange[] }[] = []
  const targets = targetsOf(waypoints, startAt)
  let endAt = startAt
  let log = Math.log(startUsd)
  let closeUsd = toTick(startUsd)
  for (const { stepMs, lengthMs, alignMs, from } of STRETCHES) {
    const beginAt = Math.floor((startAt - lengthMs) / alignMs) * alignMs
    const into = CANDLE_RANGES.slice(CANDLE_RANGES.indexOf(from))
    for (let at = Math.ceil(endAt / stepMs) * stepMs - stepMs; at >= beginAt; at -= stepMs) {
      const target = targets.find(each => each.at < at)
      const pull =
        target === undefined ? 0 : ((target.log - log) * stepMs) / Math.max(stepMs, at + stepMs - target.at)
      const candle = candleBefore(random, at, stepMs, closeUsd, log, pull)
      candles.push({ candle, into })
      closeUsd = candle.open
      log = Math.log(closeUsd)
    }
    endAt = beginAt
  }
  candles.reverse()
  store.setHistory(() => {
    for (const { candle, into } of candles) store.add(candle, into)
  })
  return at => candles[lastNotAfter(candles, at)]?.candle.close ?? startUsd
}

/** Index of the last candle that opened at `at` or earlier; 0 if all opened later. */
function lastNotAfter(candles: readonly { readonly candle: SimCandle }[], at: number): number {
  let low = 0
  let high = candles.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((candles[middle]?.candle.time ?? 0) > at) high = middle
    else low = middle
  }
  return low
}
