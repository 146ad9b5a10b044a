// `npm run bench:relay`: what a relay costs, beside a raw socket and beside what one would write first. Server and clients are
// processes of their own. Never fails because of a figure: those depend on the machine.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Result, resultLine } from '../result.ts'
import type { Ages, ClientOrder, Opened, ServerOrder, ToldResult, Way } from './orders.ts'

const TELL_MS = 3_000

/** Files besides the sockets that a process has open. */
const OTHER_FILES = 100

/** A child that answers one order at a time. */
class Child<O> {
  readonly #process: ChildProcess

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#process = fork(path, { execArgv: ['--expose-gc'], serialization: 'advanced' })
  }

  async ask<T>(order: O): Promise<T> {
    const answered = once(this.#process, 'message')
    this.#process.send(order as object)
    const [{ answer }] = (await answered) as [{ answer: T }]
    return answer
  }

  end(): void {
    this.#process.disconnect()
  }
}

async function withBoth<T>(
  work: (server: Child<ServerOrder>, clients: Child<ClientOrder>) => Promise<T>,
): Promise<T> {
  const server = new Child<ServerOrder>('server.ts')
  const clients = new Child<ClientOrder>('clients.ts')
  try {
    return await work(server, clients)
  } finally {
    clients.end()
    server.end()
  }
}

interface Measured extends ToldResult, Ages {
  readonly joinedPerSecond: number
  readonly bytesPerConnection: number
}

function measure(way: Way, clients: number): Promise<Measured> {
  return withBoth(async (server, crowd) => {
    const opened = await server.ask<Opened>({ do: 'open', way })
    const before = await server.ask<number>({ do: 'memory' })
    await crowd.ask({ do: 'connect', ...opened, clients })
    const after = await server.ask<number>({ do: 'memory' })
    await server.ask({ do: 'tell', joined: 1, ms: 500 })
    await crowd.ask({ do: 'ages' })
    const told = await server.ask<ToldResult>({ do: 'tell', joined: 1, ms: TELL_MS })
    const ages = await crowd.ask<Ages>({ do: 'ages' })
    const joined = await server.ask<ToldResult>({ do: 'tell', joined: 8, ms: TELL_MS })
    return {
      ...told,
      ...ages,
      joinedPerSecond: joined.perSecond,
      bytesPerConnection: (after - before) / clients,
    }
  })
}

const thousands = (value: number): string => `${Math.round(value / 1000)}k`.padStart(6)

async function fanOut(clients: number): Promise<readonly Result[]> {
  const found = {} as Record<Way, Measured>
  for (const way of ['raw', 'naive', 'relay'] as const) {
    const result = await measure(way, clients)
    found[way] = result
    const { perSecond, joinedPerSecond, cpuMicrosEach, p50, p99, bytesPerConnection } = result
    console.log(
      `  ${way.padEnd(6)} ${thousands(perSecond)}/s  ${thousands(joinedPerSecond)}/s with 8 at once  ` +
        `${cpuMicrosEach.toFixed(1).padStart(5)} µs CPU each  p50 ${p50.toFixed(1).padStart(6)} ms  p99 ${p99.toFixed(1).padStart(6)} ms  ` +
        `${(bytesPerConnection / 1024).toFixed(1).padStart(5)} KiB each`,
    )
  }
  const { raw, naive, relay } = found
  return [
    {
      name: `relay : raw, ${clients} clients`,
      value: relay.perSecond / raw.perSecond,
      unit: '×',
      target: clients >= 1_000 ? 0.9 : null,
      least: true,
    },
    {
      name: `relay : naive, ${clients} clients`,
      value: relay.perSecond / naive.perSecond,
      unit: '×',
      target: null,
    },
    { name: `p99 of relay : raw, ${clients} clients`, value: relay.p99 / raw.p99, unit: '×', target: 1.3 },
    {
      name: `8 messages at once, ${clients} clients`,
      value: relay.joinedPerSecond / 1000,
      unit: 'k/s',
      target: 400,
      least: true,
    },
  ]
}

/** What the system before this one was measured by: 12.6 ms over WebSocket, 328 ms over HTTP, back in under 2 s. */
function refreshes(): Promise<readonly Result[]> {
  return withBoth(async (server, crowd) => {
    const opened = await server.ask<Opened>({ do: 'open', way: 'relay' })
    const atOnceMs = await crowd.ask<number>({ do: 'connect', ...opened, clients: 20 })
    const { burst, paced } = await crowd.ask<{ burst: number; paced: number }>({ do: 'refresh', times: 8 })
    const http = await crowd.ask<{ first: number; again: number }>({ do: 'http', ...opened, times: 5 })
    const back: number[] = []
    for (let i = 0; i < 5; i += 1) back.push(await cutAll(server, crowd))
    return [
      { name: '20 connections at once, all with a snapshot', value: atOnceMs, unit: 'ms', target: null },
      { name: 'refresh over WebSocket, 20 at once, mean', value: burst, unit: 'ms', target: 1.5 },
      { name: 'refresh over WebSocket, one by one, mean', value: paced, unit: 'ms', target: null },
      { name: 'snapshot over HTTP, 20 at once, mean', value: http.first, unit: 'ms', target: null },
      { name: 'the same with its ETag', value: http.again, unit: 'ms', target: null },
      { name: 'five reconnects of 20, the slowest', value: Math.max(...back), unit: 'ms', target: 2_000 },
    ]
  })
}

async function cutAll(server: Child<ServerOrder>, crowd: Child<ClientOrder>): Promise<number> {
  const back = crowd.ask<number>({ do: 'return' })
  await server.ask({ do: 'cut' })
  return back
}

function dropped(clients: number): Promise<readonly Result[]> {
  return withBoth(async (server, crowd) => {
    const opened = await server.ask<Opened>({ do: 'open', way: 'relay' })
    await crowd.ask({ do: 'connect', ...opened, clients })
    const ms = await cutAll(server, crowd)
    return [
      { name: `${clients} dropped at once: all back with a snapshot`, value: ms, unit: 'ms', target: 500 },
    ]
  })
}

function idle(clients: number): Promise<readonly Result[]> {
  return withBoth(async (server, crowd) => {
    const opened = await server.ask<Opened>({ do: 'open', way: 'relay' })
    await crowd.ask({ do: 'connect', ...opened, clients })
    const bytes = await server.ask<number>({ do: 'memory' })
    return [
      {
        name: `${clients} idle clients: the relay’s memory`,
        value: bytes / 1024 ** 2,
        unit: 'MiB',
        target: 200,
      },
    ]
  })
}

/** How many sockets one process may have here. */
function mostSockets(): number {
  const report = process.report?.getReport() as
    | { userLimits?: { open_files?: { soft?: unknown } } }
    | undefined
  const soft = report?.userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft - OTHER_FILES : Number.POSITIVE_INFINITY
}

async function print(title: string, clients: number, work: () => Promise<readonly Result[]>): Promise<void> {
  console.log(`\n${title}`)
  if (clients > mostSockets())
    return console.log(
      `  left out: one process may have ${mostSockets()} sockets here; say ulimit -n ${clients + OTHER_FILES} before`,
    )
  for (const result of await work()) console.log(`  ${resultLine(result)}`)
}

for (const clients of [100, 1_000, 5_000])
  await print(`Telling ${clients} clients messages of 1 KiB`, clients, () => fanOut(clients))
await print('Asking, and coming back', 20, refreshes)
await print('Losing everybody', 2_000, () => dropped(2_000))
await print('Keeping many', 10_000, () => idle(10_000))
