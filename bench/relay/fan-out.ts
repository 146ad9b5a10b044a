import { median, type Result } from '../result.ts'
import { Child } from './child.ts'
import type { Ages, BroadcastResult, ClientCommand, Opened, ServerCommand, Variant } from './commands.ts'

const BROADCAST_MS = 1_500

const ROUNDS = 5

interface Measured extends BroadcastResult, Ages {
  readonly joinedPerSecond: number
  readonly joinedCpuMicrosEach: number
}

interface Pair {
  readonly server: Child<ServerCommand>
  readonly clientsProcess: Child<ClientCommand>
  readonly bytesPerConnection: number
  readonly rounds: Measured[]
}

async function openPair(variant: Variant, clients: number): Promise<Pair> {
  const server = new Child<ServerCommand>('server.ts')
  const clientsProcess = new Child<ClientCommand>('clients.ts')
  const opened = await server.request<Opened>({ do: 'open', variant })
  const before = await server.request<number>({ do: 'memory' })
  await clientsProcess.request({ do: 'connect', ...opened, clients })
  const after = await server.request<number>({ do: 'memory' })
  await server.request({ do: 'broadcast', joined: 1, ms: 300 })
  return { server, clientsProcess, bytesPerConnection: (after - before) / clients, rounds: [] }
}

async function round({ server, clientsProcess, rounds }: Pair): Promise<void> {
  await clientsProcess.request({ do: 'ages' })
  const single = await server.request<BroadcastResult>({ do: 'broadcast', joined: 1, ms: BROADCAST_MS })
  const ages = await clientsProcess.request<Ages>({ do: 'ages' })
  const joined = await server.request<BroadcastResult>({ do: 'broadcast', joined: 8, ms: BROADCAST_MS })
  rounds.push({
    ...single,
    ...ages,
    joinedPerSecond: joined.perSecond,
    joinedCpuMicrosEach: joined.cpuMicrosEach,
  })
}

/** The median of the rounds for one figure. */
const medianOf = ({ rounds }: Pair, figure: keyof Measured): number =>
  median(rounds.map(each => each[figure]))

/** The median of the ratios per round: a load peak of the machine affects both variants. */
function ratio(one: Pair, other: Pair, figure: keyof Measured): number {
  return median(one.rounds.map((each, i) => each[figure] / (other.rounds[i]?.[figure] ?? Number.NaN)))
}

const thousands = (value: number): string => `${Math.round(value / 1000)}k`.padStart(5)

function figures(variant: Variant, pair: Pair): string {
  const of = (figure: keyof Measured, digits: number) => medianOf(pair, figure).toFixed(digits)
  return [
    `  ${variant.padEnd(5)}`,
    `${thousands(medianOf(pair, 'perSecond'))}/s`,
    `${of('cpuMicrosEach', 1).padStart(5)} µs CPU each`,
    `p50 ${of('p50', 1).padStart(5)} ms`,
    `p99 ${of('p99', 1).padStart(5)} ms`,
    `8 at once ${thousands(medianOf(pair, 'joinedPerSecond'))}/s`,
    `${of('joinedCpuMicrosEach', 1)} µs CPU each`,
    `${(pair.bytesPerConnection / 1024).toFixed(0).padStart(3)} KiB per connection`,
  ].join('  ')
}

/**
 * The variants alternate, so that a load peak of the machine affects all of them. All but the last broadcast again as
 * soon as the last message was sent, which no relay in service does. The last shows the pace of production.
 */
export async function fanOut(clients: number): Promise<readonly Result[]> {
  const raw = await openPair('raw', clients)
  const naive = await openPair('naive', clients)
  const relay = await openPair('relay', clients)
  const paced = await openPair('paced', clients)
  const pairs = { raw, naive, relay, paced }
  for (let i = 0; i < ROUNDS; i += 1) for (const pair of Object.values(pairs)) await round(pair)
  for (const [variant, pair] of Object.entries(pairs)) {
    console.log(figures(variant as Variant, pair))
    pair.clientsProcess.end()
    pair.server.end()
  }
  const isMany = clients >= 1_000
  return [
    {
      name: `deliveries per second, relay : raw`,
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
      name: `deliveries per second, relay : naive`,
      value: ratio(relay, naive, 'perSecond'),
      unit: '×',
      target: null,
    },
    {
      name: `deliveries per second, with its pace : without`,
      value: ratio(paced, relay, 'perSecond'),
      unit: '×',
      // With fewer clients the pace merges changes for a time that is longer than a broadcast.
      target: clients >= 5_000 ? 0.8 : null,
      least: true,
    },
    { name: `p99, relay : raw`, value: ratio(relay, raw, 'p99'), unit: '×', target: 1.3 },
    {
      name: `8 messages at once, relay without its pace`,
      value: medianOf(relay, 'joinedPerSecond') / 1000,
      unit: 'k/s',
      target: 400,
      least: true,
    },
    {
      name: `8 messages in each tick, as in production`,
      value: medianOf(paced, 'joinedPerSecond') / 1000,
      unit: 'k/s',
      target: null,
    },
  ]
}
