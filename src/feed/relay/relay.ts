import type { Secret } from '../../domain/secret.ts'
import type { Http } from '../../ports/net.ts'
import type { FeedProtocol } from '../connection/protocol.ts'
import { type FeedDeps, ReconnectingFeed } from '../connection/reconnecting-feed.ts'
import type { Feed } from '../feed.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { RelayHttp } from './http.ts'
import { RelayClock } from './relay-clock.ts'
import { RelaySession } from './relay-session.ts'

/** What a relay feed needs of the world. */
export interface RelayFeedDeps extends FeedDeps {
  readonly http: Http
}

/** Which relay, and who asks. */
export interface RelayFeedOptions {
  /** As people give it: `wss://relay.home`, `https://relay.home`, with a base path or without. */
  readonly url: string
  readonly token: Secret
  readonly policy?: Partial<Policy>
}

/** The two addresses of a relay. */
export interface RelayAddresses {
  readonly streamUrl: string
  readonly httpOrigin: string
  readonly snapshotPath: string
}

/**
 * Where a relay's stream and its snapshot are.
 * @throws TypeError when it is not a URL: the settings check it first
 */
export function relayAddresses(url: string): RelayAddresses {
  const { protocol, host, pathname } = new URL(url)
  const isSecure = protocol === 'wss:' || protocol === 'https:'
  const base = pathname.replace(/\/+$/, '')
  return {
    streamUrl: `${isSecure ? 'wss' : 'ws'}://${host}${base}/v1/stream`,
    httpOrigin: `${isSecure ? 'https' : 'http'}://${host}`,
    snapshotPath: `${base}/v1/snapshot`,
  }
}

/**
 * A relay is ours or our neighbour's, so it is asked again sooner than an exchange may be: a relay that is gone shows within 20 s,
 * and one that has returned within 2 s.
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
  const { token } = options
  const { streamUrl, httpOrigin, snapshotPath } = relayAddresses(options.url)
  const { host } = new URL(streamUrl)
  const relayClock = new RelayClock(world.clock)
  const http = new RelayHttp(world, relayClock, {
    origin: httpOrigin,
    path: snapshotPath,
    host,
    token,
    requestMs: policy.requestMs,
  })
  const deps = { clock: world.clock, policy, relayClock, host }
  return {
    kind: 'relay',
    url: streamUrl,
    handshake: () => ({ headers: { authorization: `Bearer ${token.reveal()}` }, compression: true }),
    openSession: line => new RelaySession(deps, line),
    fetchSnapshot: () => http.fetch(),
    close: () => {},
  }
}

/**
 * A feed from a relay, which may watch the exchange or another relay. It sends nothing but the token and two kinds of messages. The
 * caller keeps `world.http` and closes it after `stop`.
 * @throws TypeError when the address is not a URL: the settings check it first
 */
export function openRelayFeed(world: RelayFeedDeps, options: RelayFeedOptions): Feed {
  const policy = { ...RELAY_POLICY, ...options.policy }
  return new ReconnectingFeed(world, relayProtocol(world, options, policy), policy)
}
