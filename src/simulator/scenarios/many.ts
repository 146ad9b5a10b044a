import type { MarketProfile } from '../market/market-profile.ts'
import type { Scenario, StartTrade } from './scenario.ts'

const HOUR = 3_600_000

/** Number of isolated trades in the scenario `many`. */
const COUNT = 1_000

/** Derives side, size, leverage and age from the index, so that every seed has the same trades. */
function tradeNumber(n: number, startUsd: number): StartTrade {
  const side = n % 2 === 0 ? 'buy' : 'sell'
  const away = (n % 97) / 97 - 0.5
  const priceUsd = Math.round(startUsd * (1 + away * 0.03) * 2) / 2
  return {
    agoMs: HOUR + (n % 500) * 97_000,
    side,
    quantityUsd: 100 + (n % 37) * 50,
    leverage: 2 + (n % 14),
    priceUsd,
    ...(n % 3 === 0 ? { stopLossUsd: side === 'buy' ? startUsd - 5_000 : startUsd + 5_000 } : {}),
  }
}

/** The benchmark scenario with 1,000 isolated positions. */
export function many(profile: MarketProfile): Scenario {
  return {
    name: 'many',
    description: '1,000 isolated positions and a cross position, for benchmarks',
    marketProfile: profile,
    waypoints: [],
    depositSats: 1_000_000_000,
    trades: Array.from({ length: COUNT }, (_, n) => tradeNumber(n, profile.startUsd)),
    orders: [],
    cross: { agoMs: HOUR, depositSats: 9_000_000, leverage: 5, quantityUsd: 25_000, priceUsd: 68_000 },
    pastTrades: 200,
    activityMs: 45_000,
  }
}
