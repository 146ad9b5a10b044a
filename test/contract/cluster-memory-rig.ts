import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Http, Sockets } from '../../src/ports/net.ts'
import { SharedRateLimiter } from '../../src/relay/rate/shared-rate-limiter.ts'
import { ClusterUpstream } from '../../src/relay/upstreams/cluster-account.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import { selectPositions } from '../../src/store/selectors/positions.ts'
import type { State } from '../../src/store/state.ts'
import { BrokerEngine } from '../support/broker-engine.ts'
import { type FakeClock, openFakeClock } from '../support/fake-clock.ts'
import { type MemoryBroker, openMemoryBroker } from '../support/memory-broker.ts'
import { credentialsOf, openRigExchange } from './feed-rig.ts'

/** One request or handshake from a relay to the exchange. */
interface ExchangeRequest {
  readonly at: number
  readonly relay: string
  readonly target: string
}

/** One relay of a cluster, reduced to its cluster part. */
interface MemoryRelay {
  readonly name: string
  readonly clock: Clock
  readonly broker: MemoryBroker
  /** Watches an account, as a relay with subscribers does. */
  watch(account: string): ClusterUpstream
  /** The number of open sockets to the exchange. */
  open(): number
}

export interface ClusterRig {
  readonly clock: FakeClock
  readonly engine: BrokerEngine
  readonly requests: readonly ExchangeRequest[]
  /** The number of 429 responses of the exchange. */
  rateLimited(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** `aheadMs`: offset of its clock to true time. */
  relay(name: string, aheadMs?: number): MemoryRelay
  until(condition: () => boolean, timeoutMs?: number): Promise<number>
}

const STEP_MS = 20

/** Ids of the open positions, as a client sees them. */
export function positionsIn(state: State, now: number): readonly string[] {
  return selectPositions(state, now)
    .map(({ position }) => position.id)
    .sort()
}

/**
 * Relays in one process: an exchange 15 ms away, one broker engine, one fake clock that each relay reads with its own
 * offset.
 */
export function openClusterRig(): ClusterRig {
  const clock = openFakeClock()
  const rigged = openRigExchange(clock, 1_000)
  const engine = new BrokerEngine()
  const requests: ExchangeRequest[] = []

  function relay(name: string, aheadMs = 0): MemoryRelay {
    const own: Clock = { ...clock, nowMs: () => clock.nowMs() + aheadMs }
    const seeded = openSeededRandom(1, name)
    let hexes = 0
    const random = {
      float: () => seeded.float(),
      hex: (bytes: number) => {
        hexes += 1
        return `${Buffer.from(name).toString('hex')}${hexes.toString(16)}`.padStart(bytes * 2, '0')
      },
    }
    const transport = openMemoryTransport(rigged.exchange, clock, 15)
    const broker = openMemoryBroker(clock, engine)
    const rateLimiter = new SharedRateLimiter(own, broker)
    const owned = new Set<string>()
    let open = 0
    const record = (what: string) => void requests.push({ at: clock.nowMs(), relay: name, target: what })
    const http: Http = {
      get(...request) {
        record(request[1])
        return transport.http.get(...request)
      },
      close() {},
    }
    const sockets: Sockets = {
      open(url, listener) {
        record('socket')
        open += 1
        const socket = transport.sockets.open(url, {
          ...listener,
          closed: countClosed(code => listener.closed(code)),
        })
        return {
          ...socket,
          send: text => socket.send(text),
          terminate: countClosed(() => socket.terminate()),
        }
      },
    }
    function countClosed<T extends readonly unknown[]>(callback: (...what: T) => void): (...what: T) => void {
      let isGone = false
      return (...what) => {
        if (!isGone) open -= 1
        isGone = true
        callback(...what)
      }
    }
    const credentials = credentialsOf(rigged.exchange.credentials)
    const { apiUrl, streamUrl } = transport
    return {
      name,
      clock: own,
      broker,
      open: () => open,
      watch: account =>
        new ClusterUpstream(
          {
            clock: own,
            random,
            net: { http, sockets },
            broker,
            rateLimiter,
            log: { info() {}, warn() {}, error() {} },
            owned,
          },
          {
            id: account,
            userName: 'trader',
            host: 'exchange',
            keyDigest: 'key',
            openDirect: (net, requestGate, known) =>
              openDirectFeed(
                { clock: own, random, ...net },
                { apiUrl, streamUrl, network: 'signet', credentials, requestGate, ...known },
              ),
          },
        ),
    }
  }

  return {
    clock,
    engine,
    requests,
    rateLimited: rigged.rateLimitedCount,
    knob: rigged.knob,
    relay,
    async until(condition, timeoutMs = 30_000) {
      const startedAt = clock.nowMs()
      while (!condition()) {
        if (clock.nowMs() - startedAt > timeoutMs) throw new Error(`not so within ${timeoutMs} ms`)
        await clock.advance(STEP_MS)
      }
      return clock.nowMs() - startedAt
    },
  }
}
