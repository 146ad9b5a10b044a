import { Secret } from '../domain/secret.ts'
import { type DirectOptions, openDirectFeed } from '../feed/direct.ts'
import type { Feed } from '../feed/feed.ts'
import type { Net } from '../ports/world.ts'
import type { Upstream } from '../relay/account-voice.ts'
import type { OpenUpstream } from '../relay/rooms.ts'
import { openStore } from '../store/store.ts'
import type { Call } from './call.ts'
import { scenarioOf } from './compose.ts'

/** Where a relay gets its data, and what must be given back. */
export interface Upstreams {
  readonly open: OpenUpstream
  close(): Promise<void>
}

/** A store that a feed fills. */
export function upstreamOf(feed: Feed): Upstream {
  const store = openStore()
  feed.start(store.dispatch)
  return { store, refresh: () => feed.resync(), close: () => feed.stop() }
}

/** A feed for one account. Charts and history too: some of the clients may want them. */
export function openAccountFeed(call: Call, net: Net, options: Omit<DirectOptions, 'policy'>): Feed {
  const { clock, chance } = call.world
  return openDirectFeed({ clock, chance, ...net }, { ...options, policy: { extras: true } })
}

/** Every account is that of the simulated exchange in this process. */
export async function openDemoUpstreams(call: Call): Promise<Upstreams> {
  const { openExchange } = await import('../simulator/exchange.ts')
  const { openMemoryDoor } = await import('../simulator/memory-door.ts')
  const { clock, hmac } = call.world
  const scenario = await scenarioOf(call.typed.scenario)
  const exchange = openExchange({ clock, hmac, ...(scenario === null ? {} : { scenario }) })
  const { key, secret, passphrase } = exchange.credentials
  const door = openMemoryDoor(exchange, clock)
  const { apiUrl, streamUrl } = door
  return {
    open: async () =>
      upstreamOf(
        openAccountFeed(call, door, {
          apiUrl,
          streamUrl,
          network: 'simulator',
          credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
        }),
      ),
    async close() {
      door.http.close()
      exchange.close()
    },
  }
}
