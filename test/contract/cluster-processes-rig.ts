import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openClock } from '../../src/node/clock.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { openSimulatorServer, type SimulatorServer } from '../../src/node/simulator/http-server.ts'
import type { SimulatedExchange } from '../../src/ports/simulated-exchange.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import { openRedis, type RedisService } from '../services/redis.ts'
import type { NodeState } from '../support/cluster-node.ts'

const program = fileURLToPath(new URL('../support/cluster-node.ts', import.meta.url))

/** One request, handshake or frame that reached the exchange, with the relay that sent it. */
export interface Asked {
  readonly at: number
  readonly relay: string
}

/** A relay process. */
export interface ClusterProcess {
  readonly name: string
  state(): NodeState
  /** Waits until its state matches. Resolves with the time that took, in ms. */
  until(what: string, isSo: (state: NodeState) => boolean): Promise<number>
  signal(name: NodeJS.Signals): void
  ended(): Promise<void>
}

export interface ProcessesRig {
  readonly redis: RedisService
  readonly asked: Asked[]
  /** The number of open sockets to the exchange, by relay. */
  open(relay: string): number
  tooOften(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  start(name: string): Promise<ClusterProcess>
  close(): Promise<void>
}

const PATIENCE_MS = 20_000

class Running implements ClusterProcess {
  readonly name: string
  readonly #child: ChildProcess
  readonly #watchers = new Set<() => void>()
  #state: NodeState | null = null
  #ended: Promise<unknown>

  constructor(name: string, argument: string) {
    this.name = name
    this.#child = spawn(process.execPath, [program, argument], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#ended = once(this.#child, 'exit')
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', line => {
      this.#state = JSON.parse(line)
      for (const look of [...this.#watchers]) look()
    })
  }

  state(): NodeState {
    if (this.#state === null) throw new Error(`${this.name} has said nothing yet`)
    return this.#state
  }

  until(what: string, isSo: (state: NodeState) => boolean): Promise<number> {
    const began = performance.now()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look)
        reject(new Error(`${this.name}: not ${what} in time, but ${JSON.stringify(this.#state)}`))
      }, PATIENCE_MS)
      const look = () => {
        if (this.#state === null || !isSo(this.#state)) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve(performance.now() - began)
      }
      this.#watchers.add(look)
      look()
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async ended(): Promise<void> {
    await this.#ended
  }
}

/** A proxy of the exchange for each relay, so that requests are attributed to relays. */
function doorFor(
  inner: SimulatedExchange,
  note: () => void,
  sockets: (by: number) => void,
): SimulatedExchange {
  return {
    ...inner,
    credentials: inner.credentials,
    writeCredentials: inner.writeCredentials,
    handle(request) {
      note()
      return inner.handle(request)
    },
    openSession(wire) {
      note()
      sockets(1)
      const session = inner.openSession(wire)
      return {
        receive(text) {
          note()
          session.receive(text)
        },
        closed() {
          sockets(-1)
          session.closed()
        },
      }
    },
    close() {},
  }
}

/** A real redis-server, a simulated exchange on real sockets, and relays as processes. */
export async function openProcessesRig(): Promise<ProcessesRig> {
  const clock = openClock()
  const redis = await openRedis()
  const inner = openExchange({ clock, hmac: hmacSha256, tickMs: 200 })
  let tooOften = 0
  const counted: SimulatedExchange = {
    ...inner,
    credentials: inner.credentials,
    writeCredentials: inner.writeCredentials,
    handle(request) {
      const reply = inner.handle(request)
      if (reply.status === 429) tooOften += 1
      return reply
    },
  }
  const asked: Asked[] = []
  const open = new Map<string, number>()
  const doors: SimulatorServer[] = []
  const running: Running[] = []

  return {
    redis,
    asked,
    open: relay => open.get(relay) ?? 0,
    tooOften: () => tooOften,
    knob: command => JSON.parse(inner.control(JSON.stringify(command)).body),
    async start(name) {
      const note = () => void asked.push({ at: performance.now(), relay: name })
      const count = (by: number) => void open.set(name, (open.get(name) ?? 0) + by)
      const transport = await openSimulatorServer(doorFor(counted, note, count), { port: 0, clock })
      doors.push(transport)
      const { apiUrl, streamUrl } = transport
      const broker = { host: redis.host, port: redis.port }
      const how = { broker, space: 'test', apiUrl, streamUrl, account: 'a', ...inner.credentials }
      const relay = new Running(name, JSON.stringify(how))
      running.push(relay)
      return relay
    },
    async close() {
      for (const relay of running) relay.signal('SIGKILL')
      await Promise.all(running.map(relay => relay.ended()))
      await Promise.all(doors.map(transport => transport.close()))
      inner.close()
      await redis.stop()
    },
  }
}
