import type { Credentials } from '../../domain/secret.ts'
import { openDirectFeed } from '../../feed/exchange/direct.ts'
import type { Net, World } from '../../ports/world.ts'
import { UPSTREAM_POLICY, type Upstreams, upstreamOf } from './upstreams.ts'

/** A simulated exchange in this process. */
export interface SimulatedSource extends Net {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly credentials: Credentials
  /** Closes the exchange and the connections to it. */
  close(): void
}

/** Returns upstreams in which every user watches the one account of a simulated exchange. */
export function openSimulatedUpstreams(
  { clock, random }: Pick<World, 'clock' | 'random'>,
  { http, sockets, apiUrl, streamUrl, credentials, close }: SimulatedSource,
): Upstreams {
  const deps = { clock, random, http, sockets }
  const options = { apiUrl, streamUrl, network: 'simulator', credentials, policy: UPSTREAM_POLICY } as const
  return {
    open: async () => upstreamOf(openDirectFeed(deps, options)),
    close: async () => close(),
  }
}
