import { newExchangeBooks } from '../../src/simulator/account/new-books.ts'
import { applyPrices } from '../../src/simulator/account/triggers.ts'
import { openMarket } from '../../src/simulator/market/market.ts'
import { SCENARIOS } from '../../src/simulator/scenarios/scenarios.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import { documentedConventions, type ExchangeState } from '../../src/simulator/state.ts'

/** When the test market opens. */
export const AT = Date.UTC(2026, 10, 23, 18)
/** A minute later. */
export const LATER = AT + 60_000

/** One event published on the stream. */
export interface PublishedEvent {
  readonly topic: string
  readonly data: {
    readonly event: string
    readonly trade: Record<string, unknown>
    readonly order: Record<string, unknown>
    readonly position: Record<string, unknown>
  }
}

/** An exchange with a balance of 10,000,000 sats and a market fixed at 68,000 USD until `move` is called. */
export function openExchangeState() {
  const profile = SCENARIOS.find(({ name }) => name === 'calm')?.marketProfile
  if (profile === undefined) throw new Error('no scenario calm')
  const market = openMarket({
    seed: 1,
    profile: { ...profile, startUsd: 68_000 },
    waypoints: [],
    startAt: AT,
  })
  market.jumpTo(AT, 68_000)
  const published: PublishedEvent[] = []
  const ids = openSeededRandom(1, 'test')
  const books = newExchangeBooks(ids, AT)
  books.balanceSats = 10_000_000
  const state: ExchangeState = {
    books,
    market,
    ids,
    conventions: documentedConventions(),
    publish: (topic, data) => published.push({ topic, data: data as PublishedEvent['data'] }),
  }
  const move = (usd: number) => {
    market.jumpTo(LATER, usd)
    applyPrices(state, LATER)
  }
  return { state, books, market, published, move }
}

/** Returns the value. Fails the test if the exchange rejected the request. */
export function must<T>(value: T | null): T {
  if (value === null) throw new Error('rejected')
  return value
}

/** Returns the shortened topic and the event name of each event. */
export const eventNames = (published: readonly PublishedEvent[]) =>
  published.map(({ topic, data }) => `${topic.split('/').slice(-2).join('/')} ${data.event}`)
