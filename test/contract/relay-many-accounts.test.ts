import { expect, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import type { Http } from '../../src/ports/net.ts'
import { LocalRateLimits } from '../../src/relay/rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../../src/relay/rate/shared-rate-limiter.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts'

const ACCOUNTS = 40

const HOST = 'one-exchange'

interface SentRequest {
  readonly at: number
  /** Null if it has no key. */
  readonly key: number | null
}

/**
 * Accounts of one exchange, each with its key, behind one address. Each is simulated separately; the rate limits
 * count them as one.
 */
async function openAccounts(clock: FakeClock, requests: SentRequest[]): Promise<readonly Store[]> {
  const rateLimiter = new SharedRateLimiter(clock, new LocalRateLimits(clock))
  const stores: Store[] = []
  for (let i = 0; i < ACCOUNTS; i += 1) {
    const exchange = openExchange({ clock, hmac: hmacSha256 })
    const transport = openMemoryTransport(exchange, clock)
    const http: Http = {
      get(origin, target, headers, timeoutMs) {
        requests.push({ at: clock.nowMs(), key: headers['lnm-access-key'] === undefined ? null : i })
        return transport.http.get(origin, target, headers, timeoutMs)
      },
      close() {},
    }
    const { key, secret, passphrase } = exchange.credentials
    const spender = { host: HOST, keyDigest: `key ${i}`, holdsLease: () => true }
    const feed = openDirectFeed(
      { clock, random: openSeededRandom(i, 'feed'), http, sockets: transport.sockets },
      {
        apiUrl: transport.apiUrl,
        streamUrl: transport.streamUrl,
        network: 'simulator',
        credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
        policy: { candlesAndHistory: true, waitForUnit: true },
        requestGate: (request, send) => rateLimiter.run(spender, request, send),
      },
    )
    const store = openStore()
    feed.start(store.dispatch)
    stores.push(store)
    await clock.advance(400)
  }
  return stores
}

test('many accounts behind one address stay within the limits, stay fresh and get their candles', async () => {
  const clock = openFakeClock()
  const requests: SentRequest[] = []
  const stores = await openAccounts(clock, requests)
  const startedAt = clock.nowMs()
  let oldest = 0
  for (let second = 0; second < 120; second += 1) {
    await clock.advance(1_000)
    for (const store of stores)
      oldest = Math.max(oldest, clock.nowMs() - (store.state().lastSnapshot?.endedAt ?? startedAt))
  }
  expect(oldest).toBeLessThan(20_000)
  for (const store of stores) expect([...store.state().candles.keys()].sort()).toEqual(['1h', '1m'])
  const byKey = Map.groupBy(requests, ({ key }) => key)
  for (const [key, { length }] of byKey) {
    const times = byKey.get(key)?.map(({ at }) => at) ?? []
    const most = key === null ? 1 : 5
    for (let i = most; i < length; i += 1)
      expect((times[i] ?? 0) - (times[i - most] ?? 0)).toBeGreaterThan(1_000)
  }
}, 60_000)
