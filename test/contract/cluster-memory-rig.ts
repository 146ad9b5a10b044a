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

/** One request or handshake that left a relay for the exchange. */
export interface Asked {
  readonly at: number
  readonly relay: string
  readonly what: string
}

/** One relay of a cluster, of which only the part that is the cluster's is there. */
export interface MemoryRelay {
  readonly name: string
  readonly clock: Clock
  readonly broker: MemoryBroker
  /** Watches an account, as a relay with subscribers does. */
  watch(account: string): ClusterUpstream
  /** Sockets to the exchange that are open now. */
  open(): number
}

export interface ClusterRig {
  readonly clock: FakeClock
  readonly engine: BrokerEngine
  readonly asked: readonly Asked[]
  /** How often the exchange said 429. */
  tooOften(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** `aheadMs`: its clock against true time. */
  relay(name: string, aheadMs?: number): MemoryRelay
  until(isSo: () => boolean, patienceMs?: number): Promise<number>
}

const STEP_MS = 20

/** Ids of the open positions, as a client would see them. */
export function positionsIn(state: State, now: number): readonly string[] {
  return selectPositions(state, now)
    .map(({ position }) => position.id)
    .sort()
}

/** Relays without processes: one exchange 15 ms away, one engine, one fake clock that each relay reads in its own way. */
export function openClusterRig(): ClusterRig {
  const clock = openFakeClock()
  const rigged = openRigExchange(clock, 1_000)
  const engine = new BrokerEngine()
  const asked: Asked[] = []

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
    const budget = new SharedRateLimiter(own, broker)
    const owned = new Set<string>()
    let open = 0
    const note = (what: string) => void asked.push({ at: clock.nowMs(), relay: name, what })
    const http: Http = {
      get(...request) {
        note(request[1])
        return transport.http.get(...request)
      },
      close() {},
    }
    const sockets: Sockets = {
      open(url, listener) {
        note('socket')
        open += 1
        const socket = transport.sockets.open(url, {
          ...listener,
          closed: gone(code => listener.closed(code)),
        })
        return { ...socket, send: text => socket.send(text), terminate: gone(() => socket.terminate()) }
      },
    }
    function gone<T extends readonly unknown[]>(told: (...what: T) => void): (...what: T) => void {
      let isGone = false
      return (...what) => {
        if (!isGone) open -= 1
        isGone = true
        told(...what)
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
            budget,
            log: { info() {}, warn() {} },
            owned,
          },
          {
            id: account,
            userName: 'trader',
            host: 'exchange',
            keyDigest: 'key',
            openDirect: (net, requestGate, knownUnit) =>
              openDirectFeed(
                { clock: own, random, ...net },
                { apiUrl, streamUrl, network: 'signet', credentials, requestGate, knownUnit },
              ),
          },
        ),
    }
  }

  return {
    clock,
    engine,
    asked,
    tooOften: rigged.rateLimitedCount,
    knob: rigged.knob,
    relay,
    async until(isSo, patienceMs = 30_000) {
      const began = clock.nowMs()
      while (!isSo()) {
        if (clock.nowMs() - began > patienceMs) throw new Error(`not so within ${patienceMs} ms`)
        await clock.advance(STEP_MS)
      }
      return clock.nowMs() - began
    },
  }
}
