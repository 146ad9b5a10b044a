// Everything around the relay of the benchmark of accounts, in a process of its own: the exchange and one client per account.
import { connect } from 'node:net'
import type { ReplayReport, SurroundingsCommand } from './commands.ts'
import { record } from './recording.ts'
import { openReplayedExchange, type ReplayedExchange } from './replayed-exchange.ts'

/** One client of this many reads what it receives. */
const READS = 20

/** The relay pings every 30 s; this pong, sent unasked, keeps the connection alive. */
const LIFE_MS = 20_000

const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

/** Delay before a client reconnects, random up to twice this. */
const RETRY_MS = 500

let delays: number[] = []

let reconnects = 0

/** Notes the delay of each message of the exchange in a delta; a refresh has older ones. */
function readDelays(chunk: Buffer): void {
  const now = Date.now()
  for (const [delta] of chunk.toString('latin1').matchAll(/"refresh":null,"changes":[ -~]*/g))
    for (const [, sourceAt] of delta.matchAll(/"sourceAt":(\d{13})/g)) delays.push(now - Number(sourceAt))
}

/** Resolves when the client has a snapshot. Reconnects as clients do: a relay that is starting may be too busy for a handshake. */
function connectClient(port: number, token: string, reads: boolean): Promise<void> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.write(
      `GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    )
    const life = setInterval(() => socket.write(PONG), LIFE_MS)
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(life)
      reconnects += 1
      setTimeout(() => void connectClient(port, token, reads).then(resolve), RETRY_MS * (1 + Math.random()))
    })
    let hasSnapshot = false
    let head = ''
    socket.on('data', chunk => {
      if (hasSnapshot) {
        if (reads) readDelays(Buffer.from(chunk))
        return
      }
      head += chunk.toString('latin1')
      hasSnapshot = head.includes('"kind":"snapshot"')
      if (hasSnapshot) resolve()
    })
  })
}

async function connectAll(port: number, tokens: readonly string[]): Promise<number> {
  const from = performance.now()
  await Promise.all(tokens.map((token, i) => connectClient(port, token, i % READS === 0)))
  return performance.now() - from
}

let exchange: ReplayedExchange | null = null

function report(): ReplayReport {
  const sorted = delays.sort((a, b) => a - b)
  delays = []
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return {
    frames: exchange?.takeFrames() ?? 0,
    delayP50Ms: at(0.5),
    delayP99Ms: at(0.99),
    reconnects,
    unreadBytes: exchange?.unreadBytes() ?? 0,
  }
}

async function execute(command: SurroundingsCommand): Promise<unknown> {
  switch (command.do) {
    case 'open': {
      exchange = await openReplayedExchange(await record(), command.isSpread)
      const { apiUrl, streamUrl } = exchange
      return { apiUrl, streamUrl }
    }
    case 'connect':
      return connectAll(command.port, command.tokens)
    case 'replay':
      exchange?.setRunning(command.isRunning)
      return null
    case 'report':
      return report()
  }
}

process.on(
  'message',
  (command: SurroundingsCommand) => void execute(command).then(result => process.send?.({ result })),
)
process.on('disconnect', () => process.exit())
