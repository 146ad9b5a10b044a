import type { Policy } from '../../src/feed/policy.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import type { Upstream } from '../../src/relay/accounts/account-messages.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import type { RelayDeps, RelayLog } from '../../src/relay/context.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import { openStore } from '../../src/store/store.ts'
import type { OpenFeed, OpenOptions } from './feed-rig.ts'

export const SILENT: RelayLog = { info: () => {}, warn: () => {} }

/** A relay that watches through a source, without its transport. Each way of watching is a user of its own. */
export interface RelayCore {
  readonly world: RelayDeps
  readonly store: RelayStore
  /** Null while there is no process. */
  relay(): Relay | null
  start(): Relay
  /** The process is gone without a word; what it was connected to notices by itself. */
  kill(): void
  /** It sends everybody away and ends. */
  stop(): Promise<void>
  /** A token of a user whose account is watched that way. */
  tokenFor(how: OpenOptions): string
  revokeTokens(): Promise<void>
}

/** Opens a core; `nextTurn` as the relay's world has it. */
export function openRelayCore(
  clock: Clock,
  source: OpenFeed,
  yieldToEventLoop: (then: () => void) => void,
): RelayCore {
  const store = openMemoryRelayStore()
  const crypto = openCrypto()
  const world: RelayDeps = { clock, random: openRandom(), crypto, yieldToEventLoop }
  const hows = new Map<string, OpenOptions>()
  const upstreams = new Set<Upstream>()
  let relay: Relay | null = null

  async function openUpstream({ userId }: { readonly userId: string }): Promise<Upstream> {
    const told = openStore()
    const feed = source(hows.get(userId) ?? {}, clock)
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
      const dead = relay
      relay = null
      void dead?.stop()
    },
    async stop() {
      await relay?.stop()
      relay = null
    },
    tokenFor(how) {
      const id = `user-${hows.size + 1}`
      const token = `axr_${id.padEnd(43, '0')}`
      hows.set(id, how)
      const times = { createdAt: 0, expiresAt: null, lastUsedAt: null, revokedAt: null }
      // The database is in memory: it has the user before anybody can dial.
      void store.addUser({ id, name: id, createdAt: 0 })
      void store.addToken(
        { id, userId: id, name: 'rig', prefix: 'axr_', scopes: ['read'], ...times },
        crypto.sha256(token),
      )
      return token
    },
    async revokeTokens() {
      for (const id of hows.keys()) await store.revokeToken(id, clock.nowMs())
    },
  }
}

/** What of a policy is about the next hop, not about the exchange. */
export function forClient(policy: Partial<Policy> = {}): Partial<Policy> {
  const { candlesAndHistory: _extras, waitForUnit: _wait, allowWriteKey: _allow, ...rest } = policy
  return rest
}
