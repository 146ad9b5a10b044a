import type { Secret } from '../../domain/secret.ts'
import type { Http } from '../../ports/net.ts'
import type { FeedProtocol } from '../connection/protocol.ts'
import { type FeedDeps, ReconnectingFeed } from '../connection/reconnecting-feed.ts'
import type { Feed } from '../feed.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { relayAddresses } from './addresses.ts'
import { DocumentRequests } from './document-requests.ts'
import { RelayHttp } from './http.ts'
import { relayCandles } from './relay-candles.ts'
import { RelayClock } from './relay-clock.ts'
import { RelaySession } from './relay-session.ts'

/** Dependencies of a relay feed. */
export interface RelayFeedDeps extends FeedDeps {
  readonly http: Http
}

/** Address and token of a relay. */
export interface RelayFeedOptions {
  /** As the user entered it: `wss://relay.home`, `https://relay.home`, with or without a base path. */
  readonly url: string
  readonly token: Secret
  /** The user whose account is read; default: that of the token. */
  readonly user?: string | null
  readonly policy?: Partial<Policy>
}

/**
 * Defaults of the relay feed. A relay tolerates faster retries than the exchange: a lost relay is detected within 20 s, and a
 * restarted one is reconnected within 2 s.
 */
const RELAY_POLICY: Policy = {
  ...DEFAULT_POLICY,
  dialMs: 5_000,
  silenceMs: 12_000,
  pongMs: 6_000,
  retryBaseMs: 500,
  retryCeilingMs: 1_500,
}

function relayProtocol(world: RelayFeedDeps, options: RelayFeedOptions, policy: Policy): FeedProtocol {
  const { token, user = null } = options
  const { streamUrl, httpOrigin, snapshotPath, basePath } = relayAddresses(options.url, user)
  const target = { host: new URL(streamUrl).host, user }
  const relayClock = new RelayClock(world.clock)
  const address = { origin: httpOrigin, target, token, requestMs: policy.requestMs }
  const http = new RelayHttp(world, relayClock, { ...address, path: snapshotPath })
  const requests = new DocumentRequests(world, { ...address, basePath })
  const { clock } = world
  const deps = { clock, policy, relayClock, target, readCandles: relayCandles(requests, clock) }
  return {
    kind: 'relay',
    url: streamUrl,
    handshake: () => ({ headers: { authorization: `Bearer ${token.reveal()}` }, compression: true }),
    openSession: host => new RelaySession(deps, host),
    fetchSnapshot: () => http.fetch(),
    close: () => {},
  }
}

/**
 * Opens a feed from a relay, which may watch the exchange or another relay. Sends only the token, pings and snapshot requests. The
 * caller owns `deps.http` and closes it after `stop`.
 * @throws TypeError if the address is not a URL; the settings validate it before
 */
export function openRelayFeed(world: RelayFeedDeps, options: RelayFeedOptions): Feed {
  const policy = { ...RELAY_POLICY, ...options.policy }
  return new ReconnectingFeed(world, relayProtocol(world, options, policy), policy)
}
