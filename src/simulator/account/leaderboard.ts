import type { Market } from '../market/market.ts'
import { openSeededRandom } from '../seeded-random.ts'

const NAMES = ['satoshi_jr', 'longtail', 'volcano', 'basis_point', 'nakadai', 'liquid_lucy', 'orange_pill']
const DAYS = { daily: 1, weekly: 7, monthly: 30, 'all-time': 900 } as const

/** Returns a made-up leaderboard, constant within a settlement period. */
export function leaderboard({ market }: { readonly market: Market }) {
  const entries = Object.entries(DAYS).map(([name, days]) => {
    const random = openSeededRandom(Math.floor(market.nextFundingAt() / 86_400_000 / days), name)
    const rows = NAMES.map(username => ({
      username,
      pl: random.integer(20_000, 3_000_000) * Math.ceil(Math.sqrt(days)),
      direction: random.integer(-1, 1),
    }))
    return [name, rows.sort((a, b) => b.pl - a.pl)] as const
  })
  return Object.fromEntries(entries)
}
