// The server of the relay benchmark, in a process of its own: broadcasts messages of 1 KiB to all its clients in one
// of three ways.
import { subscribe } from 'node:diagnostics_channel'
import { createServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { openClock } from '../../src/node/clock.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { openRandom } from '../../src/node/random.ts'
import { issueToken } from '../../src/relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { framesOf } from '../../src/relay/clients/websocket-frame.ts'
import { openRelayServer } from '../../src/relay/http/server.ts'
import { DEFAULT_LIMITS, type RelayLimits } from '../../src/relay/limits.ts'
import { openRelay } from '../../src/relay/relay.ts'
import { openStore } from '../../src/store/store.ts'
import { madeStatus, sampleSnapshot } from '../../test/support/samples.ts'
import type { BroadcastResult, Opened, ServerCommand, Variant } from './commands.ts'

/** With what the protocol adds, a message is 1 KiB. */
const FILLING = 'x'.repeat(800)

const sockets = new Set<Socket>()
subscribe('net.server.socket', message => {
  const { socket } = message as { socket: Socket }
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
})

const now = (): number => performance.timeOrigin + performance.now()

interface BenchServer {
  readonly opened: Opened
  /** Broadcasts `joined` messages. Resolves when all were handed to the sockets. */
  broadcast(joined: number): Promise<void>
}

/** About as long as the relay's here. */
const SNAPSHOT = framesOf([`{"kind":"snapshot","title":"${'x'.repeat(2_400)}"}`])

const GREETING = Buffer.concat([Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n'), SNAPSHOT])

/**
 * The upper bound: one buffer, written to each socket and nothing else. Every client message is answered with a
 * snapshot.
 */
async function openRaw(): Promise<BenchServer> {
  const server = createServer(socket => {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(GREETING)
      socket.on('data', () => socket.write(SNAPSHOT))
    })
  })
  await new Promise<void>(resolve => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve))
  const text = () => JSON.stringify({ type: 'data', at: now(), title: FILLING.padEnd(990, 'x') })
  return {
    opened: { port: portOf(server), token: '', greets: true },
    async broadcast(joined) {
      const bytes = framesOf(Array.from({ length: joined }, text))
      for (const socket of sockets) socket.write(bytes)
    },
  }
}

/** The naive implementation. */
async function openNaive(): Promise<BenchServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 4096, perMessageDeflate: false })
  await new Promise(resolve => server.on('listening', resolve))
  return {
    opened: { port: portOf(server), token: '', greets: false },
    async broadcast(joined) {
      for (let i = 0; i < joined; i += 1) {
        const message = { type: 'data', at: now(), title: FILLING.padEnd(990, 'x') }
        for (const client of server.clients) client.send(JSON.stringify(message))
      }
    },
  }
}

async function openTheRelay(pace: Partial<RelayLimits>): Promise<BenchServer> {
  const world = {
    clock: openClock(),
    random: openRandom(),
    crypto: openCrypto(),
    yieldToEventLoop: (then: () => void) => void setImmediate(then),
  }
  const database = openMemoryRelayStore()
  await database.addUser({ id: 'u', name: 'bench', createdAt: 0 })
  const issued = await issueToken(world, database, {
    userId: 'u',
    name: 't',
    scopes: ['read'],
    expiresAt: null,
    issuedBy: null,
  })
  const account = openStore()
  const many = 1_000_000
  const limits = {
    ...DEFAULT_LIMITS,
    perToken: many,
    perUser: many,
    perAddress: many,
    total: many,
    lingerMs: many,
    ...pace,
  }
  const log = { info() {}, warn() {}, error() {} }
  const relay = openRelay(world, {
    store: database,
    network: 'mainnet',
    limits,
    log,
    async openUpstream() {
      account.dispatch({ type: 'status', at: Date.now(), status: madeStatus() })
      account.dispatch({ type: 'reset', at: Date.now(), snapshot: sampleSnapshot(Date.now()) })
      return { store: account, refresh() {}, close() {} }
    },
  })
  const server = await openRelayServer(world, {
    relay,
    store: database,
    limits,
    log,
    version: 'bench',
    host: '127.0.0.1',
    port: 0,
    tls: null,
    allowedOrigins: [],
    publicHosts: [],
    trustProxy: false,
    deflate: null,
    unreadyMs: 0,
  })
  let n = 0
  let onBroadcast = () => {}
  let fanouts = 0
  Object.defineProperty(relay.stats, 'fanouts', {
    get: () => fanouts,
    set(value: number) {
      fanouts = value
      queueMicrotask(() => onBroadcast())
    },
  })
  return {
    opened: { port: server.port, token: issued?.text ?? '', greets: true },
    async broadcast(joined) {
      const before = relay.stats.fanouts
      for (let i = 0; i < joined; i += 1) {
        n += 1
        const change = {
          kind: 'announcement',
          id: `${n}`,
          title: FILLING,
          message: null,
          link: null,
        } as const
        account.dispatch({ type: 'change', at: now(), sourceAt: null, change })
      }
      if (relay.stats.fanouts === before)
        await new Promise<void>(resolve => {
          onBroadcast = resolve
        })
    },
  }
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as { port: number }).port
}

const OPEN: Readonly<Record<Variant, () => Promise<BenchServer>>> = {
  raw: openRaw,
  naive: openNaive,
  // The machine's maximum is measured, so the relay may use all of the time.
  relay: () => openTheRelay({ tickMs: 0, tickPerBroadcast: 1 }),
  paced: () => openTheRelay({}),
}

let server: BenchServer | null = null

async function measureBroadcasts(joined: number, ms: number): Promise<BroadcastResult> {
  if (server === null) throw new Error('not open')
  const clients = sockets.size
  const cpu = process.cpuUsage()
  const from = performance.now()
  let rounds = 0
  while (performance.now() - from < ms) {
    await server.broadcast(joined)
    while ([...sockets].some(socket => socket.writableLength > 0)) await turn()
    rounds += 1
  }
  const took = performance.now() - from
  const { user, system } = process.cpuUsage(cpu)
  const deliveries = rounds * joined * clients
  return { perSecond: (deliveries / took) * 1000, cpuMicrosEach: (user + system) / deliveries }
}

async function execute(command: ServerCommand): Promise<unknown> {
  switch (command.do) {
    case 'open':
      server = await OPEN[command.variant]()
      return server.opened
    case 'broadcast':
      return measureBroadcasts(command.joined, command.ms)
    case 'memory':
      global.gc?.()
      return process.memoryUsage().rss
    case 'cut':
      for (const socket of sockets) socket.resetAndDestroy()
      return null
  }
}

process.on(
  'message',
  (command: ServerCommand) => void execute(command).then(result => process.send?.({ result })),
)
process.on('disconnect', () => process.exit())
