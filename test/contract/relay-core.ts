import type { Policy } from '../../src/feed/policy.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { RelayStore, TokenScope } from '../../src/ports/relay-store.ts'
import type { Upstream } from '../../src/relay/accounts/account-messages.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import type { RelayDeps, RelayLog } from '../../src/relay/context.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import { openStore } from '../../src/store/store.ts'
import type { OpenFeed, OpenOptions } from './feed-rig.ts'

export const SILENT: RelayLog = { info: () => {}, warn: () => {}, error: () => {} }

/** A relay without its transport, whose users differ in how their accounts are watched. */
export interface RelayCore {
  readonly world: RelayDeps
  readonly store: RelayStore
  /** Null while the process is down. */
  relay(): Relay | null
  start(): Relay
  /** Kills the process without closing its connections. */
  kill(): void
  /** Closes all clients and stops. */
  stop(): Promise<void>
  /** A token of a user whose account is watched that way. */
  tokenFor(how: OpenOptions, scopes?: readonly TokenScope[]): string
  revokeTokens(): Promise<void>
}

/** Opens a core; `yieldToEventLoop` is that of the relay's world. */
export function openRelayCore(
  clock: Clock,
  source: OpenFeed,
  yieldToEventLoop: (then: () => void) => void,
): RelayCore {
  const store = openMemoryRelayStore()
  const crypto = openCrypto()
  const world: RelayDeps = { clock, random: openRandom(), crypto, yieldToEventLoop }
  const howByUser = new Map<string, OpenOptions>()
  const upstreams = new Set<Upstream>()
  let relay: Relay | null = null

  async function openUpstream({ userId }: { readonly userId: string }): Promise<Upstream> {
    const clientStore = openStore()
    const feed = source(howByUser.get(userId) ?? {}, clock)
    feed.start(event => clientStore.dispatch(event))
    const upstream: Upstream = {
      store: clientStore,
      refresh: () => feed.resync(),
      close: () => {
        upstreams.delete(upstream)
        feed.stop()
      },
    }
    upstreams.add(upstream)
    return upstream
  }

  return {
    world,
    store,
    relay: () => relay,
    start() {
      relay = openRelay(world, {
        store,
        network: 'simulator',
        log: SILENT,
        openUpstream,
      })
      return relay
    },
    kill() {
      for (const upstream of [...upstreams]) upstream.close()
      const stopped = relay
      relay = null
      void stopped?.stop()
    },
    async stop() {
      await relay?.stop()
      relay = null
    },
    tokenFor(how, scopes = ['read']) {
      const id = `user-${howByUser.size + 1}`
      const token = `axr_${id.padEnd(43, '0')}`
      howByUser.set(id, how)
      const times = { createdAt: 0, expiresAt: null, lastUsedAt: null, revokedAt: null, issuedBy: null }
      // The database is in memory: the user exists before any client connects.
      void store.addUser({ id, name: id, createdAt: 0 })
      void store.addToken(
        { id, userId: id, name: 'rig', prefix: 'axr_', scopes, ...times },
        crypto.sha256(token),
      )
      return token
    },
    async revokeTokens() {
      for (const id of howByUser.keys()) await store.revokeToken(id, clock.nowMs())
    },
  }
}

/** The members of a policy that concern the next hop, not the exchange. */
export function forClient(policy: Partial<Policy> = {}): Partial<Policy> {
  const { candlesAndHistory: _extras, waitForUnit: _wait, allowWriteKey: _allow, ...rest } = policy
  return rest
}
