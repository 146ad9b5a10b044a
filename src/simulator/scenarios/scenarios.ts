import type { MarketProfile } from '../market/market-profile.ts'
import { many } from './many.ts'
import type { Scenario } from './scenario.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const ORDINARY: MarketProfile = {
  startUsd: 68_420,
  turbulence: 1,
  driftPerHour: 0,
  jumpsPerHour: 20,
  gaps: [],
}

const DEFAULT: Scenario = {
  name: 'default',
  description: 'three positions, one close to liquidation, two orders, an active market',
  marketProfile: ORDINARY,
  waypoints: [
    { agoMs: 19 * HOUR, usd: 69_900 },
    { agoMs: 2 * DAY + 4 * HOUR, usd: 70_150 },
    { agoMs: 6 * DAY + 11 * HOUR, usd: 67_300 },
    { agoMs: 30 * DAY, usd: 66_100 },
  ],
  depositSats: 13_600_000,
  trades: [
    {
      agoMs: 2 * DAY + 4 * HOUR,
      side: 'buy',
      quantityUsd: 10_000,
      leverage: 20,
      priceUsd: 70_150,
      takeProfitUsd: 72_400,
    },
    {
      agoMs: 19 * HOUR + 2 * MINUTE,
      side: 'sell',
      quantityUsd: 5_000,
      leverage: 10,
      priceUsd: 69_900,
      stopLossUsd: 71_000,
      takeProfitUsd: 66_000,
    },
  ],
  orders: [
    {
      mode: 'isolated',
      agoMs: 3 * HOUR + 12 * MINUTE,
      side: 'buy',
      quantityUsd: 10_000,
      leverage: 20,
      priceUsd: 66_500,
    },
    { mode: 'cross', agoMs: 25 * MINUTE, side: 'buy', quantityUsd: 2_500, leverage: 5, priceUsd: 68_240 },
  ],
  cross: {
    agoMs: 6 * DAY + 11 * HOUR,
    depositSats: 9_000_000,
    leverage: 5,
    quantityUsd: 25_000,
    priceUsd: 67_300,
  },
  pastTrades: 36,
  activityMs: 45_000,
}

/** Every scenario; the first one is the default. */
export const SCENARIOS: readonly Scenario[] = [
  DEFAULT,
  {
    ...DEFAULT,
    name: 'calm',
    description: 'the same positions in a nearly flat market, no trading',
    marketProfile: { ...ORDINARY, turbulence: 0.15, jumpsPerHour: 0 },
    activityMs: null,
  },
  {
    ...DEFAULT,
    name: 'crash',
    description: 'the same positions; after 20 s the price gaps down 4%, through a liquidation price',
    marketProfile: { ...ORDINARY, turbulence: 1.8, gaps: [{ afterMs: 20_000, factor: 0.96 }] },
  },
  {
    ...DEFAULT,
    name: 'flat',
    description: 'a funded account without positions or orders, no trading',
    trades: [],
    orders: [],
    cross: null,
    activityMs: null,
  },
  many(ORDINARY),
  {
    ...DEFAULT,
    name: 'squeeze',
    description: 'short positions in a market rising 3% per hour: successive stop-losses and liquidations',
    marketProfile: { ...ORDINARY, turbulence: 1.2, driftPerHour: 0.03 },
    depositSats: 16_000_000,
    trades: [25, 40, 60, 80].map((leverage, i) => ({
      agoMs: (5 - i) * 10 * MINUTE,
      side: 'sell',
      quantityUsd: 3_000 + i * 1_000,
      leverage,
      priceUsd: 68_300 + i * 40,
      ...(i === 1 ? { stopLossUsd: 69_100 } : {}),
    })),
    orders: [],
    cross: {
      agoMs: 2 * HOUR,
      depositSats: 5_000_000,
      leverage: 10,
      quantityUsd: -20_000,
      priceUsd: 68_200,
    },
  },
]

/** Returns the scenario with the name, or null if there is none. */
export function findScenario(name: string): Scenario | null {
  return SCENARIOS.find(scenario => scenario.name === name) ?? null
}
