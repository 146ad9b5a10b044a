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
export interface ProcessRequest {
  readonly at: number
  readonly relay: string
}

/** A relay process. */
export interface ClusterProcess {
  readonly name: string
  state(): NodeState
  /** Waits until its state matches. Resolves with the time that took, in ms. */
  until(what: string, condition: (state: NodeState) => boolean): Promise<number>
  signal(name: NodeJS.Signals): void
  ended(): Promise<void>
}

export interface ProcessesRig {
  readonly redis: RedisService
  readonly requests: ProcessRequest[]
  /** The number of open sockets to the exchange, by relay. */
  open(relay: string): number
  rateLimited(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  start(name: string): Promise<ClusterProcess>
  close(): Promise<void>
}

const TIMEOUT_MS = 20_000

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
      for (const check of [...this.#watchers]) check()
    })
  }

  state(): NodeState {
    if (this.#state === null) throw new Error(`${this.name} has printed nothing yet`)
    return this.#state
  }

  until(what: string, condition: (state: NodeState) => boolean): Promise<number> {
    const startedAt = performance.now()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(check)
        reject(new Error(`${this.name}: not ${what} in time, but ${JSON.stringify(this.#state)}`))
      }, TIMEOUT_MS)
      const check = () => {
        if (this.#state === null || !condition(this.#state)) return
        clearTimeout(timer)
        this.#watchers.delete(check)
        resolve(performance.now() - startedAt)
      }
      this.#watchers.add(check)
      check()
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
function countingExchange(
  inner: SimulatedExchange,
  record: () => void,
  sockets: (by: number) => void,
): SimulatedExchange {
  return {
    ...inner,
    credentials: inner.credentials,
    writeCredentials: inner.writeCredentials,
    handle(request) {
      record()
      return inner.handle(request)
    },
    openSession(connection) {
      record()
      sockets(1)
      const session = inner.openSession(connection)
      return {
        receive(text) {
          record()
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
  const requests: ProcessRequest[] = []
  const open = new Map<string, number>()
  const servers: SimulatorServer[] = []
  const running: Running[] = []

  return {
    redis,
    requests,
    open: relay => open.get(relay) ?? 0,
    rateLimited: () => tooOften,
    knob: command => JSON.parse(inner.control(JSON.stringify(command)).body),
    async start(name) {
      const record = () => void requests.push({ at: performance.now(), relay: name })
      const count = (by: number) => void open.set(name, (open.get(name) ?? 0) + by)
      const transport = await openSimulatorServer(countingExchange(counted, record, count), {
        port: 0,
        clock,
      })
      servers.push(transport)
      const { apiUrl, streamUrl } = transport
      const broker = { host: redis.host, port: redis.port }
      const options = { broker, space: 'test', apiUrl, streamUrl, account: 'a', ...inner.credentials }
      const relay = new Running(name, JSON.stringify(options))
      running.push(relay)
      return relay
    },
    async close() {
      for (const relay of running) relay.signal('SIGKILL')
      await Promise.all(running.map(relay => relay.ended()))
      await Promise.all(servers.map(transport => transport.close()))
      inner.close()
      await redis.stop()
    },
  }
}
