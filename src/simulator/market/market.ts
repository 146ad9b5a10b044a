import { openSeededRandom, type SeededRandom } from '../seeded-random.ts'
import { bucketFor, bucketsAround, type SizeBucket } from './buckets.ts'
import { generateCandles, type Waypoint } from './candle-history.ts'
import { type CandleStore, openCandleStore } from './candles.ts'
import { FUNDING_PERIOD_MS, nextFundingAfter } from './funding-times.ts'
import type { MarketProfile } from './market-profile.ts'
import { openPriceProcess } from './price-process.ts'

/** A past funding settlement. The rate is a fraction; longs pay a positive one. */
export interface Settlement {
  readonly id: string
  readonly time: number
  readonly fundingRate: number
  readonly fixingPrice: number
}

/** The market: prices, size buckets, candles and funding. Independent of the account's trades. */
export interface Market {
  lastUsd(): number
  indexUsd(): number
  buckets(): readonly SizeBucket[]
  /** Execution price of a market sell of that size. */
  bidUsd(quantityUsd: number): number
  /** Execution price of a market buy of that size. */
  askUsd(quantityUsd: number): number
  readonly candles: CandleStore
  /** Rate of the next settlement. */
  fundingRate(): number
  nextFundingAt(): number
  /** Oldest first. */
  readonly settlements: readonly Settlement[]
  /** Returns the price at a past time, from the candles. */
  priceAt(at: number): number
  /** Advances by `ms` to the time `at`. */
  step(at: number, ms: number): void
  /** Sets the price immediately. */
  jumpTo(at: number, usd: number): void
  /** Records a settlement at the current rate and index, and draws the next rate. */
  settle(at: number): Settlement
  /** Recomputes the time of the next settlement after the clock was set. */
  resetFunding(at: number): void
}

/** Number of past settlements: sixty days. */
const PAST_SETTLEMENTS = 180

function nextRate(random: SeededRandom, rate: number): number {
  const pulled = 0.00004 + (rate - 0.00004) * 0.7 + 0.00004 * random.normal()
  return Math.round(Math.max(-0.0004, Math.min(0.0006, pulled)) * 1_000_000) / 1_000_000
}

/** Inputs that determine the whole market. */
export interface MarketOptions {
  readonly seed: number
  readonly profile: MarketProfile
  readonly waypoints: readonly Waypoint[]
  readonly startAt: number
}

/** Opens the market with a history that ends at the profile's start price. */
export function openMarket({ seed, profile, waypoints, startAt }: MarketOptions): Market {
  const process = openPriceProcess(openSeededRandom(seed, 'prices'), profile)
  const random = openSeededRandom(seed, 'funding')
  const volumes = openSeededRandom(seed, 'volumes')
  const candles = openCandleStore()
  const priceAt = generateCandles(
    candles,
    openSeededRandom(seed, 'past'),
    startAt,
    profile.startUsd,
    waypoints,
  )
  const settlements: Settlement[] = []
  let rate = 0.00005
  let fundingAt = nextFundingAfter(startAt)
  let buckets = bucketsAround(process.lastUsd(), process.halfSpreadUsd())

  function recordSettlement(time: number, fixingPrice: number): Settlement {
    const settlement = { id: random.uuid(), time, fundingRate: rate, fixingPrice }
    settlements.push(settlement)
    rate = nextRate(random, rate)
    return settlement
  }

  for (let n = PAST_SETTLEMENTS; n >= 1; n--) {
    const time = fundingAt - n * FUNDING_PERIOD_MS
    recordSettlement(time, priceAt(time))
  }

  function updateQuotes(at: number, volumeUsd: number): void {
    const price = process.lastUsd()
    buckets = bucketsAround(price, process.halfSpreadUsd())
    candles.add({ time: at, open: price, high: price, low: price, close: price, volume: volumeUsd })
  }

  return {
    lastUsd: process.lastUsd,
    indexUsd: process.indexUsd,
    buckets: () => buckets,
    bidUsd: quantityUsd => bucketFor(buckets, quantityUsd).bidUsd,
    askUsd: quantityUsd => bucketFor(buckets, quantityUsd).askUsd,
    candles,
    fundingRate: () => rate,
    nextFundingAt: () => fundingAt,
    settlements,
    priceAt,
    step(at, ms) {
      process.step(ms)
      updateQuotes(at, Math.round(volumes.between(0, 0.3) * ms))
    },
    jumpTo(at, usd) {
      process.jumpTo(usd)
      updateQuotes(at, 0)
    },
    settle(at) {
      const settlement = recordSettlement(at, process.indexUsd())
      fundingAt = nextFundingAfter(at)
      return settlement
    },
    resetFunding(at) {
      fundingAt = nextFundingAfter(at)
    },
  }
}
