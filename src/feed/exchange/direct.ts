import type { Account } from '../../domain/account.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Network } from '../../domain/snapshot.ts'
import type { Http } from '../../ports/net.ts'
import { openSigner } from '../../wire/signing.ts'
import type { FeedProtocol } from '../connection/protocol.ts'
import { type FeedDeps, ReconnectingFeed } from '../connection/reconnecting-feed.ts'
import type { Feed } from '../feed.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { ExchangeSession } from './exchange-session.ts'
import { type RequestGate, RestClient } from './rest-client.ts'
import { SnapshotReader } from './snapshot-reader.ts'

/** What a direct feed needs of the world. */
export interface DirectFeedDeps extends FeedDeps {
  readonly http: Http
}

/** Which exchange, and as whom. */
export interface DirectFeedOptions {
  /** REST v3 with its base path, for example `https://api.lnmarkets.com/v3`. */
  readonly apiUrl: string
  /** Stream v1, for example `wss://stream.lnmarkets.com/v1`. */
  readonly streamUrl: string
  /** As the settings say; a simulated exchange overrides it. */
  readonly network: Network
  /** Null: the market only; every part of the account is null. */
  readonly credentials: Credentials | null
  readonly policy?: Partial<Policy>
  /** Who else shares the rate limits; null (default): nobody. */
  readonly requestGate?: RequestGate | null
  /** The unit of the account's synthetic dollars, where it was learned before: it does not change, and costs a request more. */
  readonly knownUnit?: Account['syntheticUsdUnit']
}

function exchangeProtocol(world: DirectFeedDeps, options: DirectFeedOptions, policy: Policy): FeedProtocol {
  const { apiUrl, network, credentials, requestGate = null, knownUnit = null } = options
  const rest = new RestClient(world, { apiUrl, credentials, requestGate, requestMs: policy.requestMs })
  const reader = new SnapshotReader(rest, world.clock, network, credentials !== null, knownUnit)
  const deps = {
    clock: world.clock,
    random: world.random,
    policy,
    rest,
    reader,
    signer: credentials === null ? null : openSigner(credentials),
    host: new URL(options.streamUrl).host,
  }
  return {
    kind: 'direct',
    url: options.streamUrl,
    openSession: line => new ExchangeSession(deps, line),
    fetchSnapshot: async () => {
      const bare = await reader.read()
      const learned = reader.withUnit(bare)
      // Otherwise the next picture has the unit.
      const snapshot = policy.waitForUnit ? await learned : bare
      return { snapshot, info: { clockOffsetMs: rest.exchangeClock.offsetMs } }
    },
    close: () => rest.close(),
  }
}

/**
 * A feed straight from LN Markets. Reads only: the requests it can send are those of the route table, and the stream has no
 * method that trades. The caller keeps `world.http` and closes it after `stop`.
 * @throws TypeError when an address is not a URL: the settings check them first
 */
export function openDirectFeed(world: DirectFeedDeps, options: DirectFeedOptions): Feed {
  const policy = { ...DEFAULT_POLICY, ...options.policy }
  return new ReconnectingFeed(world, exchangeProtocol(world, options, policy), policy)
}
