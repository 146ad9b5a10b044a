import type { Account } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import { Secret } from '../../domain/secret.ts'
import type { Courier } from '../../feed/exchange/rest-client.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Policy } from '../../feed/policy.ts'
import { openRelayFeed } from '../../feed/relay/relay.ts'
import type { Broker } from '../../ports/broker.ts'
import type { Chance, Clock } from '../../ports/clock.ts'
import type { Http } from '../../ports/net.ts'
import type { Net } from '../../ports/world.ts'
import { openStore } from '../../store/store.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import { followerSockets } from '../cluster/follower-sockets.ts'
import { guardNet } from '../cluster/lease-guard.ts'
import { Claim } from '../cluster/lease-holder.ts'
import { Publisher } from '../cluster/publisher.ts'
import type { RelayLog } from '../context.ts'
import type { SharedBudget } from '../rate/shared-rate-limiter.ts'

/** The broker is near, and its owner may change at any time: tried again much sooner than a relay at the other end of a country. */
const FOLLOWING: Partial<Policy> = {
  dialMs: 2_000,
  preparingMs: 3_000,
  retryFloorMs: 20,
  retryBaseMs: 50,
  retryCeilingMs: 500,
}

/** Names the owner in messages: nobody knows which relay it is. */
const OWNER_URL = 'ws://cluster'

/** What all accounts of a relay in a cluster share. */
export interface ClusterMeans {
  readonly clock: Clock
  readonly chance: Chance
  readonly net: Net
  readonly broker: Broker
  readonly budget: SharedBudget
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
  openDirect(net: Net, courier: Courier, knownUnit: Account['syntheticUsdUnit']): Feed
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
  readonly #means: ClusterMeans
  readonly #account: ClusterAccount
  readonly #claim: Claim
  #role: 'none' | 'owning' | 'following' = 'none'
  #feed: Feed | null = null
  #publisher: Publisher | null = null

  constructor(means: ClusterMeans, account: ClusterAccount) {
    this.#means = means
    this.#account = account
    this.#claim = new Claim(means, {
      account: account.id,
      owned: () => means.owned.size,
      own: () => this.#own(),
      follow: () => this.#follow(),
    })
    void this.#claim.start()
  }

  refresh(): void {
    this.#feed?.resync()
  }

  close(): void {
    void this.end()
  }

  /** Closes it; settles when the lease has been given back, so that another relay can go on at once. */
  async end(): Promise<void> {
    const ended = this.#claim.stop()
    this.#change('none', null)
    await ended
  }

  #own(): void {
    const { clock, chance, broker, net, budget } = this.#means
    const { id: account, userName, host, keyDigest } = this.#account
    const mayAct = () => this.#claim.mayAct()
    const courier: Courier = (parcel, send) => budget.pass({ host, keyDigest, mayAct }, parcel, send)
    const knownUnit = this.store.state().account?.value.syntheticUsdUnit ?? null
    this.#change('owning', this.#account.openDirect(guardNet(net, mayAct), courier, knownUnit))
    this.#publisher = new Publisher(
      { clock, chance, broker },
      { account, userName, upstream: this, held: () => this.#claim.held() },
    )
  }

  #follow(): void {
    if (this.#role === 'following') return
    const { clock, chance, broker } = this.#means
    const world = {
      clock,
      chance,
      http: NO_HTTP,
      sockets: followerSockets({ broker, chance }, this.#account.id),
    }
    const feed = openRelayFeed(world, { url: OWNER_URL, token: new Secret(''), policy: FOLLOWING })
    this.#change('following', feed)
  }

  /** The feed before says nothing more, before the next one begins. */
  #change(role: 'none' | 'owning' | 'following', feed: Feed | null): void {
    this.#feed?.stop()
    this.#publisher?.close()
    this.#publisher = null
    if (this.#role === 'owning') this.#means.log.info('account given up', { account: this.#account.id })
    if (role === 'owning') this.#means.log.info('account taken', { account: this.#account.id })
    this.#role = role
    this.#feed = feed
    if (role === 'owning') this.#means.owned.add(this.#account.id)
    else this.#means.owned.delete(this.#account.id)
    feed?.start(event => {
      if (this.#feed === feed) this.store.dispatch(event)
    })
  }
}
