import type { Account } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import { Secret } from '../../domain/secret.ts'
import type { KeyRefusal } from '../../domain/status.ts'
import type { RequestGate } from '../../feed/exchange/request-gate.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Policy } from '../../feed/policy.ts'
import { openRelayFeed } from '../../feed/relay/relay.ts'
import type { Broker } from '../../ports/broker.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Http } from '../../ports/net.ts'
import type { Net } from '../../ports/world.ts'
import { keyRefusalOf } from '../../store/key-refusal.ts'
import { openStore } from '../../store/store.ts'
import type { Ownership, Upstream } from '../accounts/account-messages.ts'
import { followerSockets } from '../cluster/follower-sockets.ts'
import { guardWithLease } from '../cluster/lease-guard.ts'
import { LeaseHolder } from '../cluster/lease-holder.ts'
import { Publisher } from '../cluster/publisher.ts'
import type { RelayLog } from '../context.ts'
import type { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'

/** The broker is close and the owner may change at any time, so retries are much faster than over the internet. */
const FOLLOWER_POLICY: Partial<Policy> = {
  dialMs: 2_000,
  handshakeMs: 3_000,
  retryFloorMs: 20,
  retryBaseMs: 50,
  retryCeilingMs: 500,
}

/** Stands for the owner in messages: its address is unknown. */
const OWNER_URL = 'ws://cluster'

/** What all accounts of a relay in a cluster share. */
export interface ClusterDeps {
  readonly clock: Clock
  readonly random: Random
  readonly net: Net
  readonly broker: Broker
  readonly rateLimiter: SharedRateLimiter
  readonly log: RelayLog
  /** Ids of the accounts that this process owns. */
  readonly owned: Set<string>
}

/** An account, and how to watch it on the exchange. */
export interface ClusterAccount {
  readonly id: string
  readonly userName: string
  /** Host of the exchange's REST API. */
  readonly host: string
  /** Digest of the API key; requests of one key are counted together. */
  readonly keyDigest: string
  /** Opens the feed of the exchange. */
  openDirect(net: Net, requestGate: RequestGate, known: KnownAccount): Feed
}

/** What the previous owner of an account found out. */
export interface KnownAccount {
  /** The unit of synthetic dollars, or null if unknown. */
  readonly knownUnit: Account['syntheticUsdUnit']
  /** The last refusal of the key, or null if it is accepted. */
  readonly keyRefusal: KeyRefusal | null
}

/** Followers read no snapshot over HTTP; all data arrives through the broker. */
const NO_HTTP: Http = {
  async get() {
    throw new AxisorError('unavailable', 'a follower receives data through the broker only')
  },
  close() {},
}

/**
 * An account in a cluster. Its store is filled from the exchange while this relay owns the account, and from the
 * owner's messages through the broker while another relay does.
 */
export class ClusterUpstream implements Upstream {
  readonly store = openStore()
  readonly ownership: Ownership = {
    isOwner: () => this.#role === 'owning' && this.#lease.holdsLease(),
    onChange: listener => {
      this.#roleListeners.add(listener)
      return () => this.#roleListeners.delete(listener)
    },
  }
  readonly #roleListeners = new Set<() => void>()
  readonly #deps: ClusterDeps
  readonly #account: ClusterAccount
  readonly #lease: LeaseHolder
  #role: 'none' | 'owning' | 'following' = 'none'
  #feed: Feed | null = null
  #publisher: Publisher | null = null

  constructor(deps: ClusterDeps, account: ClusterAccount) {
    this.#deps = deps
    this.#account = account
    this.#lease = new LeaseHolder(deps, {
      account: account.id,
      ownedCount: () => deps.owned.size,
      own: () => this.#own(),
      follow: () => this.#follow(),
    })
    void this.#lease.start()
  }

  refresh(): void {
    this.#feed?.resync()
  }

  close(): void {
    void this.stop()
  }

  /** Closes the account. Resolves when the lease was released, so that another relay can take over at once. */
  async stop(): Promise<void> {
    const stopped = this.#lease.stop()
    this.#switchTo('none', null)
    await stopped
  }

  #own(): void {
    const { clock, random, broker, net, rateLimiter } = this.#deps
    const { id: account, userName, host, keyDigest } = this.#account
    const holdsLease = () => this.#lease.holdsLease()
    const requestGate: RequestGate = (request, send) =>
      rateLimiter.run({ host, keyDigest, holdsLease }, request, send)
    const state = this.store.state()
    const knownUnit = state.account?.value.syntheticUsdUnit ?? null
    const keyRefusal = keyRefusalOf(state.status)
    this.#switchTo(
      'owning',
      this.#account.openDirect(guardWithLease(net, holdsLease), requestGate, { knownUnit, keyRefusal }),
    )
    this.#publisher = new Publisher(
      { clock, random, broker },
      { account, userName, upstream: this, lease: () => this.#lease.lease() },
    )
  }

  #follow(): void {
    if (this.#role === 'following') return
    const { clock, random, broker } = this.#deps
    const deps = {
      clock,
      random,
      http: NO_HTTP,
      sockets: followerSockets({ broker, random }, this.#account.id),
    }
    const feed = openRelayFeed(deps, { url: OWNER_URL, token: new Secret(''), policy: FOLLOWER_POLICY })
    this.#switchTo('following', feed)
  }

  /** Stops the previous feed before the next one starts. */
  #switchTo(role: 'none' | 'owning' | 'following', feed: Feed | null): void {
    this.#feed?.stop()
    this.#publisher?.close()
    this.#publisher = null
    if (this.#role === 'owning') this.#deps.log.info('account given up', { account: this.#account.id })
    if (role === 'owning') this.#deps.log.info('account taken', { account: this.#account.id })
    this.#role = role
    this.#feed = feed
    if (role === 'owning') this.#deps.owned.add(this.#account.id)
    else this.#deps.owned.delete(this.#account.id)
    feed?.start(event => {
      if (this.#feed === feed) this.store.dispatch(event)
    })
    for (const listener of [...this.#roleListeners]) listener()
  }
}
