import type { Credentials } from '../../domain/secret.ts'
import { openDirectFeed } from '../../feed/exchange/direct.ts'
import type { RequestGate } from '../../feed/exchange/request-gate.ts'
import type { Net, World } from '../../ports/world.ts'
import { SharedFrames } from '../../wire/lnm/shared-frames.ts'
import { LocalRateLimits } from '../rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'
import { openExchangeReader } from './exchange-reader.ts'
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
  const frames = new SharedFrames()
  const decodeFrame = (text: string) => frames.decode(text)
  const source = { apiUrl, streamUrl, network: 'simulator', credentials, decodeFrame } as const
  // All accounts and readers share one client address, as those of the exchange.
  const rateLimiter = new SharedRateLimiter(clock, new LocalRateLimits(clock))
  const rateKey = { host: new URL(apiUrl).host, keyDigest: '', holdsLease: () => true }
  const requestGate: RequestGate = (request, send) => rateLimiter.run(rateKey, request, send)
  const options = { ...source, requestGate, policy: UPSTREAM_POLICY }
  return {
    open: async () => upstreamOf(openDirectFeed(deps, options)),
    openReader: async (_account, { clockOffsetMs }) =>
      openExchangeReader(deps, { apiUrl, credentials, requestGate, clockOffsetMs }),
    close: async () => close(),
  }
}
