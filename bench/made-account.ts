import { sats, usd } from '../src/domain/units.ts'
import type { FeedEvent } from '../src/feed/feed.ts'
import type { Store } from '../src/store/store.ts'
import { changeEvent, madePosition, readAt, resetEvent, statusEvent } from '../test/support/samples.ts'

/** The sample account, or one with `positions` isolated positions, of which only some fit on a screen. */
export function fill(store: Store, at: number, positions: number | null): void {
  const isolated = Array.from({ length: positions ?? 0 }, (_, index) =>
    madePosition({
      id: `${(index + 4096).toString(16)}0000-bench`,
      side: index % 3 === 0 ? 'short' : 'long',
      quantityUsd: 100 + ((index * 7919) % 20_000),
      entryPriceUsd: usd(66_000 + ((index * 104_729) % 9_000) / 2),
      liquidationPriceUsd: usd(index % 3 === 0 ? 75_000 + index * 3 : 62_000 - index * 3),
      marginSats: sats(100_000 + index * 977),
      exchangePlSats: null,
    }),
  )
  store.dispatch(resetEvent(at, positions === null ? {} : { isolated: readAt(at, isolated) }))
  store.dispatch(statusEvent(at))
}

/** The events of a tick in a market that moves a little; deterministic. */
export function tick(at: number, count: number): readonly FeedEvent[] {
  const price = 68_400 + Math.round(Math.sin(count / 9) * 300 + Math.sin(count / 2) * 40) / 2
  return [
    changeEvent(at, { kind: 'last-price', lastPriceUsd: usd(price) }, null),
    changeEvent(at, { kind: 'index', indexUsd: usd(price - 8) }, null),
    changeEvent(
      at,
      {
        kind: 'buckets',
        buckets: [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(price - 2.5), askUsd: usd(price + 2.5) }],
      },
      null,
    ),
  ]
}
