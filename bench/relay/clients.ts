// The clients of the relay benchmark, in a process of their own. They implement only as much of WebSocket as they
// need, so that the server is what is measured.
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { median } from '../result.ts'
import type { Ages, ClientCommand, Opened } from './commands.ts'

/** One client of this many reads what it receives. */
const READS = 20

const SNAPSHOT = Buffer.from('"kind":"snapshot"')

/** Delay before a failed connection is retried, random up to twice this, so that clients do not reconnect at once. */
const RETRY_MS = 100

/** The relay pings every 30 s; sending this pong unasked keeps the connection alive. */
const LIFE_MS = 20_000

const now = (): number => performance.timeOrigin + performance.now()

let ages: number[] = []

class Client {
  readonly #reads: boolean
  readonly #greeting: string
  readonly #port: number
  readonly #isRelayed: boolean
  #socket: Socket | null = null
  #rest: Buffer = Buffer.alloc(0)
  #isOpen = false
  #onSnapshot: (() => void) | null = null
  /** Reconnects on its own after a disconnect. */
  returns = false

  constructor(port: number, token: string, reads: boolean) {
    this.#port = port
    this.#isRelayed = token !== ''
    this.#reads = reads
    this.#greeting = `GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${token === '' ? '' : `Authorization: Bearer ${token}\r\n`}\r\n`
  }

  /** Resolves when the socket is open, or when a full snapshot was received; reconnects as often as needed. */
  open(waitsForSnapshot: boolean): Promise<void> {
    return new Promise(resolve => {
      this.#isOpen = false
      this.#rest = Buffer.alloc(0)
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
      this.#socket = socket
      if (waitsForSnapshot) this.#onSnapshot = resolve
      socket.on('connect', () => socket.write(this.#greeting))
      socket.on('data', chunk => {
        if (!this.#isOpen) {
          this.#isOpen = true
          if (!waitsForSnapshot) resolve()
        }
        this.#receive(chunk as Buffer)
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        if (!this.returns) return
        const again = () => void this.open(waitsForSnapshot).then(this.onReturn)
        if (this.#isOpen) again()
        else setTimeout(again, RETRY_MS * (1 + Math.random()))
      })
    })
  }

  onReturn: () => void = () => {}

  /** Requests fresh data. Resolves with the ms until it arrived. */
  refresh(): Promise<number> {
    const from = performance.now()
    return new Promise(resolve => {
      this.#onSnapshot = () => resolve(performance.now() - from)
      this.#socket?.write(REFRESH)
    })
  }

  /** Only the relay closes silent connections. */
  live(): void {
    if (this.#isRelayed) this.#socket?.write(PONG)
  }

  leave(): void {
    this.returns = false
    this.#socket?.destroy()
  }

  #receive(chunk: Buffer): void {
    if (this.#onSnapshot !== null) {
      const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
      if (hasSnapshot(all)) {
        const then = this.#onSnapshot
        this.#onSnapshot = null
        this.#rest = Buffer.alloc(0)
        then()
      } else this.#rest = all
      return
    }
    if (!this.#reads) return
    const at = now()
    for (const [, sentAt] of chunk.toString('latin1').matchAll(/"at":(\d{13}(?:\.\d+)?),/g))
      ages.push(at - Number(sentAt))
  }
}

/** Encodes a masked text frame, as clients must send it. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}

const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

const REFRESH = masked('{"type":"refresh_data"}')

/**
 * Returns true after the last byte of a snapshot. Its length is between 126 and 65,535 bytes, so two bytes hold it.
 */
function hasSnapshot(bytes: Buffer): boolean {
  const at = bytes.indexOf(SNAPSHOT)
  if (at === -1) return false
  const start = bytes.lastIndexOf('{', at)
  return bytes.length >= start + bytes.readUInt16BE(start - 2)
}

let clients: Client[] = []

async function connectAll({ port, token, greets }: Opened, count: number): Promise<number> {
  const from = performance.now()
  clients = Array.from({ length: count }, (_, i) => new Client(port, token, i % READS === 0))
  const waves = 500
  for (let i = 0; i < count; i += waves)
    await Promise.all(clients.slice(i, i + waves).map(client => client.open(greets)))
  return performance.now() - from
}

function agesSince(): Ages {
  const sorted = ages.sort((a, b) => a - b)
  ages = []
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

async function refreshAll(): Promise<{ burst: number; paced: number }> {
  const burst = await Promise.all(clients.map(client => client.refresh()))
  await new Promise(resolve => setTimeout(resolve, 150))
  const paced: number[] = []
  for (const client of clients) paced.push(await client.refresh())
  await new Promise(resolve => setTimeout(resolve, 150))
  return { burst: mean(burst), paced: mean(paced) }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function overHttp(
  port: number,
  token: string,
  etag: string | null,
  agent: Agent,
): Promise<{ ms: number; etag: string }> {
  const from = performance.now()
  const headers = { authorization: `Bearer ${token}`, ...(etag === null ? {} : { 'if-none-match': etag }) }
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/v1/snapshot', headers, agent }, response => {
      response.resume()
      response.on('end', () => resolve({ ms: performance.now() - from, etag: response.headers.etag ?? '' }))
    }).on('error', reject)
  })
}

async function httpAll(
  port: number,
  token: string,
  times: number,
): Promise<{ first: number; again: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const first: number[] = []
  const again: number[] = []
  for (let i = 0; i < times; i += 1) {
    const full = await Promise.all(Array.from({ length: 20 }, () => overHttp(port, token, null, agent)))
    first.push(mean(full.map(({ ms }) => ms)))
    // The server allows 40 requests of one token at once and 10 per second after that.
    await new Promise(resolve => setTimeout(resolve, 2_100))
    const etag = (await overHttp(port, token, null, agent)).etag
    const same = await Promise.all(Array.from({ length: 19 }, () => overHttp(port, token, etag, agent)))
    again.push(mean(same.map(({ ms }) => ms)))
    await new Promise(resolve => setTimeout(resolve, 2_100))
  }
  agent.destroy()
  return { first: median(first), again: median(again) }
}

function allReturn(): Promise<number> {
  const from = performance.now()
  let missing = clients.length
  return new Promise(resolve => {
    for (const client of clients) {
      client.returns = true
      client.onReturn = () => {
        missing -= 1
        if (missing === 0) resolve(performance.now() - from)
      }
    }
  })
}

async function execute(command: ClientCommand): Promise<unknown> {
  switch (command.do) {
    case 'connect':
      return connectAll(command, command.clients)
    case 'ages':
      return agesSince()
    case 'refresh':
      return refreshAll()
    case 'http':
      return httpAll(command.port, command.token, command.times)
    case 'return':
      return allReturn()
    case 'leave':
      for (const client of clients) client.leave()
      clients = []
      return null
  }
}

setInterval(() => {
  for (const client of clients) client.live()
}, LIFE_MS)

process.on(
  'message',
  (command: ClientCommand) => void execute(command).then(result => process.send?.({ result })),
)
process.on('disconnect', () => process.exit())
