import type { Account } from '../../domain/account.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Network } from '../../domain/snapshot.ts'
import type { Http } from '../../ports/net.ts'
import { openSigner } from '../../wire/signing.ts'
import type { FeedProtocol, LinkInfo } from '../connection/protocol.ts'
import { type FeedDeps, ReconnectingFeed } from '../connection/reconnecting-feed.ts'
import type { Feed } from '../feed.ts'
import { DEFAULT_POLICY, type Policy } from '../policy.ts'
import { ExchangeSession } from './exchange-session.ts'
import { KeyCheck } from './key-check.ts'
import type { RequestGate } from './request-gate.ts'
import { RestClient } from './rest-client.ts'
import { SnapshotReader } from './snapshot-reader.ts'

/** Dependencies of a direct feed. */
export interface DirectFeedDeps extends FeedDeps {
  readonly http: Http
}

/** Which exchange, and with which key. */
export interface DirectFeedOptions {
  /** REST v3 with its base path, for example `https://api.lnmarkets.com/v3`. */
  readonly apiUrl: string
  /** Stream v1, for example `wss://stream.lnmarkets.com/v1`. */
  readonly streamUrl: string
  /** From the settings; a simulated exchange overrides it. */
  readonly network: Network
  /** Null: market data only; every part of the account is null. */
  readonly credentials: Credentials | null
  readonly policy?: Partial<Policy>
  /** Shares the rate limits with other clients, or null (default) if unshared. */
  readonly requestGate?: RequestGate | null
  /** The unit of the account's synthetic dollars if known from before: it never changes, and reading it costs a request. */
  readonly knownUnit?: Account['syntheticUsdUnit']
}

function exchangeProtocol(world: DirectFeedDeps, options: DirectFeedOptions, policy: Policy): FeedProtocol {
  const { apiUrl, network, credentials, requestGate = null, knownUnit = null } = options
  let learned: (info: LinkInfo) => void = () => {}
  const rest = new RestClient(world, {
    apiUrl,
    credentials,
    requestGate,
    requestMs: policy.requestMs,
    onLimits: limitedUntil => learned({ limitedUntil }),
  })
  const reader = new SnapshotReader(rest, world.clock, network, credentials !== null, knownUnit)
  const sessionDeps = {
    clock: world.clock,
    random: world.random,
    policy,
    rest,
    reader,
    signer: credentials === null ? null : openSigner(credentials),
    keyCheck: new KeyCheck(policy.allowWriteKey),
    host: new URL(options.streamUrl).host,
  }
  return {
    kind: 'direct',
    url: options.streamUrl,
    openSession: host => new ExchangeSession(sessionDeps, host),
    fetchSnapshot: async () => {
      const read = await reader.read()
      if (read.error !== null) throw read.error
      const completed = reader.withUnit(read.snapshot)
      // Otherwise the next snapshot has the unit.
      const snapshot = policy.waitForUnit ? await completed : read.snapshot
      return { snapshot, info: { clockOffsetMs: rest.exchangeClock.offsetMs } }
    },
    resyncRequested: () => reader.forbidden.reset(),
    onInfo: listener => {
      learned = listener
    },
    close: () => rest.close(),
  }
}

/**
 * Opens a feed directly from LN Markets. Read-only: its requests are those of the route table, and it calls no stream method that
 * trades. The caller owns `deps.http` and closes it after `stop`.
 * @throws TypeError if an address is not a URL; the settings validate them before
 */
export function openDirectFeed(world: DirectFeedDeps, options: DirectFeedOptions): Feed {
  const policy = { ...DEFAULT_POLICY, ...options.policy }
  return new ReconnectingFeed(world, exchangeProtocol(world, options, policy), policy)
}
