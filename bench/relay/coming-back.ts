import { median, type Result } from '../result.ts'
import { Child, withBoth } from './child.ts'
import type { ClientOrder, Opened, ServerOrder, Way } from './orders.ts'
import { type Program, startProgram } from './program.ts'

/** The first rounds run code that is not compiled yet, unlike that of a relay in service. */
const WARMING_ROUNDS = 8
const ROUNDS = 16

interface Refreshed {
  readonly burst: number
  readonly paced: number
}

type Both = readonly [server: Child<ServerOrder>, crowd: Child<ClientOrder>]

/** Measures a raw server and a relay alternately in each round and returns all values of the later rounds. */
function sideBySide<T>(
  clients: number,
  rounds: { readonly warming: number; readonly counted: number },
  once: (...both: Both) => Promise<T>,
): Promise<Readonly<Record<'raw' | 'relay', readonly T[]>>> {
  return withBoth((rawServer, rawCrowd) =>
    withBoth(async (server, crowd) => {
      const pairs = { raw: [rawServer, rawCrowd], relay: [server, crowd] } as const
      const found = { raw: [] as T[], relay: [] as T[] }
      for (const [way, both] of Object.entries(pairs)) await fill(way as Way, clients, both)
      for (let i = 0; i < rounds.warming + rounds.counted; i += 1)
        for (const way of ['raw', 'relay'] as const) {
          const value = await once(...pairs[way])
          if (i >= rounds.warming) found[way].push(value)
        }
      return found
    }),
  )
}

async function fill(way: Way, clients: number, [server, crowd]: Both): Promise<void> {
  const opened = await server.ask<Opened>({ do: 'open', way })
  await crowd.ask({ do: 'connect', ...opened, clients })
}

/** Two lines: the duration, and its multiple of the raw server's. */
function beside(
  name: string,
  { raw, relay }: Readonly<Record<'raw' | 'relay', readonly number[]>>,
  target: number | null,
): readonly Result[] {
  return [
    { name, value: median(relay), unit: 'ms', target, note: `raw ${median(raw).toFixed(2)}` },
    {
      name: '  relay : raw, round by round',
      value: median(relay.map((ms, i) => ms / (raw[i] ?? Number.NaN))),
      unit: '×',
      target: null,
    },
  ]
}

/** The time until fresh data arrives; that of the raw server is the time of the network and of the clients. */
export async function refreshes(): Promise<readonly Result[]> {
  const found = await sideBySide(20, { warming: WARMING_ROUNDS, counted: ROUNDS }, (_server, crowd) =>
    crowd.ask<Refreshed>({ do: 'refresh' }),
  )
  const of = (figure: keyof Refreshed) => ({
    raw: found.raw.map(each => each[figure]),
    relay: found.relay.map(each => each[figure]),
  })
  return [
    ...beside('refresh over WebSocket, 20 at once, mean', of('burst'), 1.5),
    ...beside('refresh over WebSocket, one by one, mean', of('paced'), 0.5),
  ]
}

/** Figures of the previous system: 12.6 ms over WebSocket, 328 ms over HTTP, reconnected in under 2 s. */
export function overHttp(): Promise<readonly Result[]> {
  return withBoth(async (server, crowd) => {
    const opened = await server.ask<Opened>({ do: 'open', way: 'relay' })
    const atOnceMs = await crowd.ask<number>({ do: 'connect', ...opened, clients: 20 })
    const http = await crowd.ask<{ first: number; again: number }>({ do: 'http', ...opened, times: 5 })
    const back: number[] = []
    for (let i = 0; i < 5; i += 1) back.push(await cutAll(server, crowd))
    return [
      { name: '20 connections at once, all with a snapshot', value: atOnceMs, unit: 'ms', target: null },
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

/** A running server cuts all connections at once. */
export async function dropped(clients: number): Promise<readonly Result[]> {
  const found = await sideBySide(clients, { warming: 1, counted: 5 }, cutAll)
  return beside(`${clients} dropped at once: all back with a snapshot`, found, 500)
}

/** The program is killed and restarted at once on the same port. Most of the time is its start. */
export async function killed(clients: number): Promise<readonly Result[]> {
  const crowd = new Child<ClientOrder>('clients.ts')
  const programs: Program[] = [await startProgram(clients, 0)]
  try {
    const [{ opened, kill }] = programs as [Program]
    await crowd.ask({ do: 'connect', ...opened, clients })
    const from = performance.now()
    const back = crowd.ask<number>({ do: 'return' })
    await kill()
    programs.push(await startProgram(clients, opened.port))
    const startedMs = performance.now() - from
    const note = `${startedMs.toFixed(0)} start`
    return [
      { name: `${clients} back after kill -9 and start`, value: await back, unit: 'ms', target: 1_000, note },
    ]
  } finally {
    crowd.end()
    for (const { kill } of programs) await kill()
  }
}
