import { Secret } from '../../src/domain/secret.ts'
import { sameTime } from '../../src/domain/wall-clock.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SocketListener, Sockets } from '../../src/ports/net.ts'
import type { TokenScope } from '../../src/ports/relay-store.ts'
import { type MemoryRelayEndpoint, openMemoryRelayEndpoint } from '../support/memory-relay-endpoint.ts'
import type { OpenFeed, OpenOptions } from './feed-rig.ts'
import { forClient, openRelayCore } from './relay-core.ts'

/** One relay in memory between a client and the exchange, with its faults. */
export interface RelayHop {
  readonly transport: MemoryRelayEndpoint
  /** A feed through this relay, for a client with its own clock. */
  readonly open: OpenFeed
  /** The listeners of every socket opened to it. */
  readonly dialed: readonly SocketListener[]
  /** Kills the process without closing its connections. */
  kill(): void
  /** True after a kill: the next process does not know the requests of this one. */
  wasKilled(): boolean
  /** Starts it again on the same database. */
  start(): void
  /** Closes all clients and stops. */
  stop(): Promise<void>
  revokeTokens(): Promise<void>
  /** A token of a user whose account is watched that way. */
  issue(how: OpenOptions, scopes?: readonly TokenScope[]): string
  /** Removes a user with all tokens. */
  removeUser(id: string): Promise<boolean>
}

/** Opens a relay whose clock is ahead of the shared one by `skewMs`, and which watches through `source`. */
export function openRelayHop(clock: Clock, source: OpenFeed, skewMs = 0, latencyMs = 15): RelayHop {
  const relayClock: Clock = {
    nowMs: () => clock.nowMs() + skewMs,
    toWall: sameTime,
    after: (ms, then) => clock.after(ms, then),
  }
  const core = openRelayCore(relayClock, source, then => void clock.after(0, then))
  const transport = openMemoryRelayEndpoint(clock, latencyMs, core.relay, relayClock.nowMs)
  const dialed: SocketListener[] = []
  const sockets: Sockets = {
    open(url, listener, handshake) {
      dialed.push(listener)
      return transport.sockets.open(url, listener, handshake)
    },
  }
  let killed = false
  core.start()
  return {
    transport,
    dialed,
    open: (how, clientClock) =>
      openRelayFeed(
        { clock: clientClock, random: openRandom(), http: transport.http, sockets },
        {
          url: 'wss://relay.test',
          token: new Secret(core.tokenFor(how)),
          policy: forClient(how.policy),
        },
      ),
    kill() {
      transport.cut()
      core.kill()
      killed = true
    },
    wasKilled: () => killed,
    start: () => void core.start(),
    stop: core.stop,
    revokeTokens: core.revokeTokens,
    issue: core.tokenFor,
    removeUser: id => core.store.removeUser(id),
  }
}
