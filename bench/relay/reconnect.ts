import { median, type Result } from '../result.ts'
import { Child, withBoth } from './child.ts'
import type { ClientCommand, Opened, ServerCommand, Variant } from './commands.ts'
import { type Program, startProgram } from './program.ts'

/** The first rounds run code that is not compiled yet, unlike that of a relay in service. */
const WARMING_ROUNDS = 8
const ROUNDS = 16

interface Refreshed {
  readonly burst: number
  readonly paced: number
}

type Both = readonly [server: Child<ServerCommand>, clientsProcess: Child<ClientCommand>]

/** Measures a raw server and a relay alternately in each round and returns all values of the later rounds. */
function sideBySide<T>(
  clients: number,
  rounds: { readonly warming: number; readonly counted: number },
  once: (...both: Both) => Promise<T>,
): Promise<Readonly<Record<'raw' | 'relay', readonly T[]>>> {
  return withBoth((rawServer, rawClients) =>
    withBoth(async (server, clientsProcess) => {
      const pairs = { raw: [rawServer, rawClients], relay: [server, clientsProcess] } as const
      const found = { raw: [] as T[], relay: [] as T[] }
      for (const [variant, both] of Object.entries(pairs)) await fill(variant as Variant, clients, both)
      for (let i = 0; i < rounds.warming + rounds.counted; i += 1)
        for (const variant of ['raw', 'relay'] as const) {
          const value = await once(...pairs[variant])
          if (i >= rounds.warming) found[variant].push(value)
        }
      return found
    }),
  )
}

async function fill(variant: Variant, clients: number, [server, clientsProcess]: Both): Promise<void> {
  const opened = await server.request<Opened>({ do: 'open', variant })
  await clientsProcess.request({ do: 'connect', ...opened, clients })
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
  const found = await sideBySide(
    20,
    { warming: WARMING_ROUNDS, counted: ROUNDS },
    (_server, clientsProcess) => clientsProcess.request<Refreshed>({ do: 'refresh' }),
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
  return withBoth(async (server, clientsProcess) => {
    const opened = await server.request<Opened>({ do: 'open', variant: 'relay' })
    const atOnceMs = await clientsProcess.request<number>({ do: 'connect', ...opened, clients: 20 })
    const http = await clientsProcess.request<{ first: number; again: number }>({
      do: 'http',
      ...opened,
      times: 5,
    })
    const back: number[] = []
    for (let i = 0; i < 5; i += 1) back.push(await cutAll(server, clientsProcess))
    return [
      { name: '20 connections at once, all with a snapshot', value: atOnceMs, unit: 'ms', target: null },
      { name: 'snapshot over HTTP, 20 at once, mean', value: http.first, unit: 'ms', target: null },
      { name: 'the same with its ETag', value: http.again, unit: 'ms', target: null },
      { name: 'five reconnects of 20, slowest', value: Math.max(...back), unit: 'ms', target: 2_000 },
    ]
  })
}

async function cutAll(server: Child<ServerCommand>, clientsProcess: Child<ClientCommand>): Promise<number> {
  const back = clientsProcess.request<number>({ do: 'return' })
  await server.request({ do: 'cut' })
  return back
}

/** A running server cuts all connections at once. */
export async function dropped(clients: number): Promise<readonly Result[]> {
  const found = await sideBySide(clients, { warming: 1, counted: 5 }, cutAll)
  return beside(`${clients} dropped at once: all reconnected with a snapshot`, found, 500)
}

/** The program is killed and restarted at once on the same port. Most of the time is its start. */
export async function killed(clients: number): Promise<readonly Result[]> {
  const clientsProcess = new Child<ClientCommand>('clients.ts')
  const programs: Program[] = [await startProgram(clients, 0)]
  try {
    const [{ opened, kill }] = programs as [Program]
    await clientsProcess.request({ do: 'connect', ...opened, clients })
    const from = performance.now()
    const back = clientsProcess.request<number>({ do: 'return' })
    await kill()
    programs.push(await startProgram(clients, opened.port))
    const startedMs = performance.now() - from
    const note = `${startedMs.toFixed(0)} start`
    return [
      {
        name: `${clients} reconnected after kill -9 and start`,
        value: await back,
        unit: 'ms',
        target: 1_000,
        note,
      },
    ]
  } finally {
    clientsProcess.end()
    for (const { kill } of programs) await kill()
  }
}
