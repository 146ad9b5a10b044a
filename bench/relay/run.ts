// `npm run bench:relay`: what a relay costs, beside a raw socket and beside what one would write first. Server and clients are
// processes of their own. Never fails because of a figure: those depend on the machine.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, type Result, resultLine } from '../result.ts'
import type { Ages, ClientOrder, Opened, ServerOrder, ToldResult, Way } from './orders.ts'

const TELL_MS = 1_500

const ROUNDS = 5

/** Until the garbage of so many handshakes has been collected. */
const SETTLING_MS = 10_000

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
  readonly joinedCpuMicrosEach: number
}

interface Pair {
  readonly server: Child<ServerOrder>
  readonly crowd: Child<ClientOrder>
  readonly bytesPerConnection: number
  readonly rounds: Measured[]
}

async function openPair(way: Way, clients: number): Promise<Pair> {
  const server = new Child<ServerOrder>('server.ts')
  const crowd = new Child<ClientOrder>('clients.ts')
  const opened = await server.ask<Opened>({ do: 'open', way })
  const before = await server.ask<number>({ do: 'memory' })
  await crowd.ask({ do: 'connect', ...opened, clients })
  const after = await server.ask<number>({ do: 'memory' })
  await server.ask({ do: 'tell', joined: 1, ms: 300 })
  return { server, crowd, bytesPerConnection: (after - before) / clients, rounds: [] }
}

async function round({ server, crowd, rounds }: Pair): Promise<void> {
  await crowd.ask({ do: 'ages' })
  const told = await server.ask<ToldResult>({ do: 'tell', joined: 1, ms: TELL_MS })
  const ages = await crowd.ask<Ages>({ do: 'ages' })
  const joined = await server.ask<ToldResult>({ do: 'tell', joined: 8, ms: TELL_MS })
  rounds.push({
    ...told,
    ...ages,
    joinedPerSecond: joined.perSecond,
    joinedCpuMicrosEach: joined.cpuMicrosEach,
  })
}

/** The middle of what the rounds gave for one figure. */
const middle = ({ rounds }: Pair, figure: keyof Measured): number => median(rounds.map(each => each[figure]))

/** The ratio of two ways round by round: a busy moment of the machine meets both. */
function ratio(one: Pair, other: Pair, figure: keyof Measured): number {
  return median(one.rounds.map((each, i) => each[figure] / (other.rounds[i]?.[figure] ?? Number.NaN)))
}

const thousands = (value: number): string => `${Math.round(value / 1000)}k`.padStart(5)

function figures(way: Way, pair: Pair): string {
  const of = (figure: keyof Measured, digits: number) => middle(pair, figure).toFixed(digits)
  return [
    `  ${way.padEnd(5)}`,
    `${thousands(middle(pair, 'perSecond'))}/s`,
    `${of('cpuMicrosEach', 1).padStart(5)} µs CPU each`,
    `p50 ${of('p50', 1).padStart(5)} ms`,
    `p99 ${of('p99', 1).padStart(5)} ms`,
    `8 at once ${thousands(middle(pair, 'joinedPerSecond'))}/s`,
    `${of('joinedCpuMicrosEach', 1)} µs CPU each`,
    `${(pair.bytesPerConnection / 1024).toFixed(0).padStart(3)} KiB a connection`,
  ].join('  ')
}

/** The three ways take turns, so that a busy moment of the machine meets all of them. */
async function fanOut(clients: number): Promise<readonly Result[]> {
  const raw = await openPair('raw', clients)
  const naive = await openPair('naive', clients)
  const relay = await openPair('relay', clients)
  const pairs = { raw, naive, relay }
  for (let i = 0; i < ROUNDS; i += 1) for (const pair of Object.values(pairs)) await round(pair)
  for (const [way, pair] of Object.entries(pairs)) {
    console.log(figures(way as Way, pair))
    pair.crowd.end()
    pair.server.end()
  }
  const isMany = clients >= 1_000
  return [
    {
      name: `deliveries a second, relay : raw`,
      value: ratio(relay, raw, 'perSecond'),
      unit: '×',
      target: isMany ? 0.9 : null,
      least: true,
    },
    {
      name: `CPU of a delivery, raw : relay`,
      value: ratio(raw, relay, 'cpuMicrosEach'),
      unit: '×',
      target: isMany ? 0.9 : null,
      least: true,
    },
    {
      name: `deliveries a second, relay : naive`,
      value: ratio(relay, naive, 'perSecond'),
      unit: '×',
      target: null,
    },
    { name: `p99, relay : raw`, value: ratio(relay, raw, 'p99'), unit: '×', target: 1.3 },
    {
      name: `8 messages at once, relay`,
      value: middle(relay, 'joinedPerSecond') / 1000,
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

/** The program itself, as it is started by people. */
async function idle(clients: number): Promise<readonly Result[]> {
  const launcher = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))
  const many = `token=${clients},user=${clients},address=${clients},all=${clients}`
  const args = [launcher, 'relay', 'serve', '--demo', '--port', '0', '--connections', many]
  const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const crowd = new Child<ClientOrder>('clients.ts')
  try {
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string]
    const { url, token } = JSON.parse(line) as { url: string; token: string }
    const before = residentMiB(program.pid)
    const ms = await crowd.ask<number>({ do: 'connect', port: Number(new URL(url).port), token, clients })
    await sleep(SETTLING_MS)
    const note = `${before.toFixed(0)} before`
    return [
      {
        name: `memory of the whole process`,
        value: residentMiB(program.pid),
        unit: 'MiB',
        target: 200,
        note,
      },
      { name: `until all were there`, value: ms, unit: 'ms', target: null },
    ]
  } finally {
    crowd.end()
    program.kill('SIGKILL')
  }
}

function residentMiB(pid: number | undefined): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
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
