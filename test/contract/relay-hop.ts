import { Secret } from '../../src/domain/secret.ts'
import type { Feed } from '../../src/feed/feed.ts'
import type { Policy } from '../../src/feed/policy.ts'
import { openRelayFeed } from '../../src/feed/relay.ts'
import { openChance } from '../../src/node/chance.ts'
import { openSeal } from '../../src/node/seal.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SocketListener, Sockets } from '../../src/ports/net.ts'
import type { Upstream } from '../../src/relay/account-voice.ts'
import { openMemoryRelayStore } from '../../src/relay/memory-store.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import { openStore } from '../../src/store/store.ts'
import { type MemoryRelayDoor, openMemoryRelayDoor } from '../world/memory-relay-door.ts'
import type { How, OpenFeed } from './feed-rig.ts'

/** One relay in memory on the way to the exchange, and all that can be done to it. */
export interface RelayHop {
  readonly door: MemoryRelayDoor
  /** A feed through this relay, for somebody with a clock of their own. */
  readonly open: OpenFeed
  /** Listeners of every socket that was opened to it. */
  readonly dialed: readonly SocketListener[]
  /** The process is gone without a word. */
  kill(): void
  /** It is started again, on the same database. */
  start(): void
  /** It sends everybody away and ends. */
  stop(): Promise<void>
  revokeTokens(): Promise<void>
}

/** Opens a relay whose clock is ahead of the shared one by `skewMs`, and which watches through `source`. */
export function openRelayHop(clock: Clock, source: OpenFeed, skewMs = 0, latencyMs = 15): RelayHop {
  const relayClock: Clock = {
    nowMs: () => clock.nowMs() + skewMs,
    after: (ms, then) => clock.after(ms, then),
  }
  const store = openMemoryRelayStore()
  const seal = openSeal()
  const hows = new Map<string, How>()
  const tokens: string[] = []
  const upstreams = new Set<Upstream>()
  const dialed: SocketListener[] = []
  let users = 0
  let relay: Relay | null = null

  async function openUpstream({ userId }: { readonly userId: string }): Promise<Upstream> {
    const told = openStore()
    const feed = source(hows.get(userId) ?? {}, relayClock)
    feed.start(event => told.dispatch(event))
    const upstream: Upstream = {
      store: told,
      refresh: () => feed.resync(),
      close: () => {
        upstreams.delete(upstream)
        feed.stop()
      },
    }
    upstreams.add(upstream)
    return upstream
  }

  function start(): void {
    relay = openRelay(
      { clock: relayClock, chance: openChance(), seal, nextTurn: then => void clock.after(0, then) },
      {
        store,
        network: 'simulator',
        limits: { lingerMs: 1_000 },
        log: { info: () => {}, warn: () => {} },
        openUpstream,
      },
    )
  }

  const door = openMemoryRelayDoor(clock, latencyMs, () => relay, relayClock.nowMs)
  const sockets: Sockets = {
    open(url, listener, headers) {
      dialed.push(listener)
      return door.sockets.open(url, listener, headers)
    },
  }

  /** Each way of watching has a user of its own. The database is in memory: it has the user before anybody can dial. */
  function tokenFor(how: How): string {
    const userId = `user-${++users}`
    const token = `axr_${userId.padEnd(43, '0')}`
    hows.set(userId, how)
    tokens.push(userId)
    void store.addUser({ id: userId, name: userId, createdAt: 0 })
    void store.addToken(
      {
        id: userId,
        userId,
        name: 'rig',
        prefix: 'axr_',
        scopes: ['read'],
        createdAt: 0,
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
      },
      seal.sha256(token),
    )
    return token
  }

  start()
  return {
    door,
    dialed,
    open: (how, ofClient): Feed =>
      openRelayFeed(
        { clock: ofClient, chance: openChance(), http: door.http, sockets },
        {
          url: 'wss://relay.test',
          token: new Secret(tokenFor(how)),
          // What concerns the exchange is for whoever watches it.
          policy: forClient(how.policy),
        },
      ),
    kill() {
      for (const upstream of [...upstreams]) upstream.close()
      const dead = relay
      relay = null
      door.cut()
      void dead?.stop()
    },
    start,
    async stop() {
      const ending = relay
      await ending?.stop()
      relay = null
    },
    async revokeTokens() {
      for (const id of tokens) await store.revokeToken(id, clock.nowMs())
    },
  }
}

/** What of a policy is about the next hop, not about the exchange. */
function forClient(policy: Partial<Policy> = {}): Partial<Policy> {
  const { extras: _extras, waitForUnit: _wait, allowWriteKey: _allow, ...rest } = policy
  return rest
}
