import { toTick } from '../formulas.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { MarketProfile } from './market-profile.ts'

/** Volatility per square root of a second, drift per second and mean duration of each regime. */
const REGIMES = [
  { name: 'calm', volatility: 0.00007, drift: 0, meanMs: 120_000 },
  { name: 'lively', volatility: 0.00018, drift: 0, meanMs: 120_000 },
  { name: 'rising', volatility: 0.00012, drift: 0.00001, meanMs: 90_000 },
  { name: 'falling', volatility: 0.00013, drift: -0.00001, meanMs: 90_000 },
  { name: 'wild', volatility: 0.0004, drift: 0, meanMs: 40_000 },
] as const

type Regime = (typeof REGIMES)[number]

/** Mean reversion to the start price, per second. Half of a distance is gone after about an hour. */
const PULL_PER_SECOND = 0.0002

/** Basis of the index against the last price: its noise, and the fraction that remains after a second. */
const BASIS_NOISE = 0.00002
const BASIS_MEMORY = 0.98

/** The price process. Only `step` and `jumpTo` move the price. */
export interface PriceProcess {
  /** Rounded to the tick of 0.5. */
  lastUsd(): number
  indexUsd(): number
  /** Half the spread of the smallest size bucket in USD; wider in volatile regimes. */
  halfSpreadUsd(): number
  /** Advances by `ms`. The volatility of a step grows with the square root of its length. */
  step(ms: number): void
  /** Sets the price and the anchor to which it reverts. */
  jumpTo(usd: number): void
}

/** Opens a mean-reverting random walk of the log price with changing regimes and jumps. */
export function openPriceProcess(random: SeededRandom, profile: MarketProfile): PriceProcess {
  let log = Math.log(profile.startUsd)
  let anchor = log
  let basis = 0
  let regime: Regime = REGIMES[1]
  let passedMs = 0

  function changeRegime(ms: number): void {
    if (random.chance(ms / regime.meanMs)) regime = random.pick(REGIMES)
  }

  function jumpSize(ms: number): number {
    if (!random.chance((profile.jumpsPerHour * ms) / 3_600_000)) return 0
    return random.between(0.0008, 0.0035) * (random.chance(0.5) ? 1 : -1) * profile.turbulence
  }

  function plannedGap(ms: number): number {
    const before = passedMs
    passedMs += ms
    return profile.gaps
      .filter(gap => gap.afterMs > before && gap.afterMs <= passedMs)
      .reduce((sum, gap) => sum + Math.log(gap.factor), 0)
  }

  return {
    lastUsd: () => toTick(Math.exp(log)),
    indexUsd: () => toTick(Math.exp(log + basis)),
    halfSpreadUsd: () => Math.max(1, (regime.volatility / 0.00018) * 2.5 * Math.min(2, profile.turbulence)),
    step(ms) {
      const seconds = ms / 1000
      changeRegime(ms)
      const gap = plannedGap(ms)
      anchor += gap + (profile.driftPerHour * seconds) / 3600
      log += (anchor - log) * (1 - Math.exp(-PULL_PER_SECOND * seconds))
      log +=
        (regime.drift * seconds + regime.volatility * Math.sqrt(seconds) * random.normal()) *
        profile.turbulence
      log += gap + jumpSize(ms)
      basis = basis * BASIS_MEMORY ** seconds + BASIS_NOISE * Math.sqrt(seconds) * random.normal()
    },
    jumpTo(usd) {
      log = Math.log(usd)
      anchor = log
    },
  }
}
