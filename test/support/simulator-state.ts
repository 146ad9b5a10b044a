import { newExchangeBooks } from '../../src/simulator/account/new-books.ts'
import { applyPrices } from '../../src/simulator/account/triggers.ts'
import { openMarket } from '../../src/simulator/market/market.ts'
import { SCENARIOS } from '../../src/simulator/scenarios/scenarios.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import type { ExchangeState } from '../../src/simulator/state.ts'

/** When the test market opens. */
export const AT = Date.UTC(2026, 10, 23, 18)
/** A minute later. */
export const LATER = AT + 60_000

/** One thing that was said on the stream. */
export interface Told {
  readonly topic: string
  readonly data: {
    readonly event: string
    readonly trade: Record<string, unknown>
    readonly order: Record<string, unknown>
    readonly position: Record<string, unknown>
  }
}

/** A desk with 10,000,000 sats and a market that stands still at 68,000 until it is moved. */
export function openExchangeState() {
  const climate = SCENARIOS.find(({ name }) => name === 'calm')?.marketProfile
  if (climate === undefined) throw new Error('no climate')
  const market = openMarket({
    seed: 1,
    profile: { ...climate, startUsd: 68_000 },
    waypoints: [],
    startAt: AT,
  })
  market.jumpTo(AT, 68_000)
  const told: Told[] = []
  const ids = openSeededRandom(1, 'test')
  const books = newExchangeBooks(ids, AT)
  books.balanceSats = 10_000_000
  const state: ExchangeState = {
    books,
    market,
    ids,
    publish: (topic, data) => told.push({ topic, data: data as Told['data'] }),
  }
  const move = (usd: number) => {
    market.jumpTo(LATER, usd)
    applyPrices(state, LATER)
  }
  return { state, books, market, told, move }
}

/** Fails the test when the exchange refuses. */
export function must<T>(value: T | null): T {
  if (value === null) throw new Error('refused')
  return value
}

/** Topic and event of each, shortened. */
export const names = (told: readonly Told[]) =>
  told.map(({ topic, data }) => `${topic.split('/').slice(-2).join('/')} ${data.event}`)
