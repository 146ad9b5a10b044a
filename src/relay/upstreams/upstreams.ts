import type { CommandContext } from '../../commands/command-context.ts'
import { scenarioOf } from '../../commands/source.ts'
import { Secret } from '../../domain/secret.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Policy } from '../../feed/policy.ts'
import { openStore } from '../../store/store.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import type { OpenUpstream } from '../accounts/room-registry.ts'

/** Where a relay gets its data, and what must be given back. */
export interface Upstreams {
  readonly open: OpenUpstream
  close(): Promise<void>
}

/**
 * Charts, history and equity: some of the clients may want them. The first picture does not wait for the unit of synthetic dollars, which
 * takes 1.5 s: a relay that was started again has clients that wait for it.
 */
export const UPSTREAM_POLICY: Partial<Policy> = { candlesAndHistory: true, waitForUnit: false }

/** A store that a feed fills. */
export function upstreamOf(feed: Feed): Upstream {
  const store = openStore()
  feed.start(store.dispatch)
  return { store, refresh: () => feed.resync(), close: () => feed.stop() }
}

/** Every account is that of the simulated exchange in this process. */
export async function openDemoUpstreams(call: CommandContext): Promise<Upstreams> {
  const [{ openExchange }, { openMemoryTransport: openMemoryDoor }, { openDirectFeed }] = await Promise.all([
    import('../../simulator/exchange.ts'),
    import('../../simulator/memory-transport.ts'),
    import('../../feed/exchange/direct.ts'),
  ])
  const { clock, random, hmac } = call.world
  const scenario = await scenarioOf(call.flags.scenario)
  const exchange = openExchange({ clock, hmac, ...(scenario === null ? {} : { scenario }) })
  const { key, secret, passphrase } = exchange.credentials
  const transport = openMemoryDoor(exchange, clock)
  const options = {
    apiUrl: transport.apiUrl,
    streamUrl: transport.streamUrl,
    network: 'simulator',
    credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
    policy: UPSTREAM_POLICY,
  } as const
  return {
    open: async () => upstreamOf(openDirectFeed({ clock, random, ...transport }, options)),
    async close() {
      transport.http.close()
      exchange.close()
    },
  }
}
