import type { Account } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import { Secret } from '../../domain/secret.ts'
import type { RequestGate } from '../../feed/exchange/rest-client.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Policy } from '../../feed/policy.ts'
import { openRelayFeed } from '../../feed/relay/relay.ts'
import type { Broker } from '../../ports/broker.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Http } from '../../ports/net.ts'
import type { Net } from '../../ports/world.ts'
import { openStore } from '../../store/store.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import { followerSockets } from '../cluster/follower-sockets.ts'
import { guardWithLease } from '../cluster/lease-guard.ts'
import { LeaseHolder } from '../cluster/lease-holder.ts'
import { Publisher } from '../cluster/publisher.ts'
import type { RelayLog } from '../context.ts'
import type { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'

/** The broker is near, and its owner may change at any time: tried again much sooner than a relay at the other end of a country. */
const FOLLOWING: Partial<Policy> = {
  dialMs: 2_000,
  handshakeMs: 3_000,
  retryFloorMs: 20,
  retryBaseMs: 50,
  retryCeilingMs: 500,
}

/** Names the owner in messages: nobody knows which relay it is. */
const OWNER_URL = 'ws://cluster'

/** What all accounts of a relay in a cluster share. */
export interface ClusterDeps {
  readonly clock: Clock
  readonly random: Random
  readonly net: Net
  readonly broker: Broker
  readonly budget: SharedRateLimiter
  readonly log: RelayLog
  /** The accounts that this process owns. */
  readonly owned: Set<string>
}

/** Whose account, and how to watch it straight. */
export interface ClusterAccount {
  readonly id: string
  readonly userName: string
  /** Of the exchange's REST. */
  readonly host: string
  /** Of the API key: what is spent with it is counted together. */
  readonly keyDigest: string
  /** `knownUnit`: what the owner before has learned of the account's synthetic dollars. */
  openDirect(net: Net, requestGate: RequestGate, knownUnit: Account['syntheticUsdUnit']): Feed
}

/** The broker has no snapshot over HTTP; what can be known comes by its words. */
const NO_HTTP: Http = {
  async get() {
    throw new AxisorError('unavailable', 'the owner of the account is reached through the broker only')
  },
  close() {},
}

/**
 * An account in a cluster: its store is fed straight from the exchange while this relay owns it, and by the owner's words through the
 * broker while another does.
 */
export class ClusterUpstream implements Upstream {
  readonly store = openStore()
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
      owned: () => deps.owned.size,
      own: () => this.#own(),
      follow: () => this.#follow(),
    })
    void this.#lease.start()
  }

  refresh(): void {
    this.#feed?.resync()
  }

  close(): void {
    void this.end()
  }

  /** Closes it; settles when the lease has been given back, so that another relay can go on at once. */
  async end(): Promise<void> {
    const ended = this.#lease.stop()
    this.#change('none', null)
    await ended
  }

  #own(): void {
    const { clock, random, broker, net, budget } = this.#deps
    const { id: account, userName, host, keyDigest } = this.#account
    const mayAct = () => this.#lease.holdsLease()
    const requestGate: RequestGate = (parcel, send) =>
      budget.run({ host, keyDigest, holdsLease: mayAct }, parcel, send)
    const knownUnit = this.store.state().account?.value.syntheticUsdUnit ?? null
    this.#change('owning', this.#account.openDirect(guardWithLease(net, mayAct), requestGate, knownUnit))
    this.#publisher = new Publisher(
      { clock, random, broker },
      { account, userName, upstream: this, held: () => this.#lease.held() },
    )
  }

  #follow(): void {
    if (this.#role === 'following') return
    const { clock, random, broker } = this.#deps
    const world = {
      clock,
      random,
      http: NO_HTTP,
      sockets: followerSockets({ broker, random }, this.#account.id),
    }
    const feed = openRelayFeed(world, { url: OWNER_URL, token: new Secret(''), policy: FOLLOWING })
    this.#change('following', feed)
  }

  /** The feed before says nothing more, before the next one begins. */
  #change(role: 'none' | 'owning' | 'following', feed: Feed | null): void {
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
  }
}
