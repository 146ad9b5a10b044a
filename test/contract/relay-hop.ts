import { Secret } from '../../src/domain/secret.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SocketListener, Sockets } from '../../src/ports/net.ts'
import { type MemoryRelayEndpoint, openMemoryRelayEndpoint } from '../support/memory-relay-endpoint.ts'
import type { OpenFeed, OpenOptions } from './feed-rig.ts'
import { forClient, openRelayCore } from './relay-core.ts'

/** One relay in memory on the way to the exchange, and all that can be done to it. */
export interface RelayHop {
  readonly transport: MemoryRelayEndpoint
  /** A feed through this relay, for somebody with a clock of their own. */
  readonly open: OpenFeed
  /** Listeners of every socket that was opened to it. */
  readonly dialed: readonly SocketListener[]
  /** The process is gone without a word. */
  kill(): void
  /** True once it was: the next process knows nothing of what this one has asked the exchange. */
  wasKilled(): boolean
  /** It is started again, on the same database. */
  start(): void
  /** It sends everybody away and ends. */
  stop(): Promise<void>
  revokeTokens(): Promise<void>
  /** A token of a user whose account is watched that way. */
  issue(how: OpenOptions): string
}

/** Opens a relay whose clock is ahead of the shared one by `skewMs`, and which watches through `source`. */
export function openRelayHop(clock: Clock, source: OpenFeed, skewMs = 0, latencyMs = 15): RelayHop {
  const relayClock: Clock = {
    nowMs: () => clock.nowMs() + skewMs,
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
    open: (how, ofClient) =>
      openRelayFeed(
        { clock: ofClient, random: openRandom(), http: transport.http, sockets },
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
  }
}
