import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { framesOf } from '../../src/relay/clients/websocket-frame.ts'
import { RECORDED_MS, type Recording, TICK_MS } from './recording.ts'

/** How often due frames are sent. */
const STEP_MS = 5

/** Frames of one price move. */
const FRAMES_PER_TICK = 5

const SCOPES = ['account:read', 'futures:isolated:read', 'futures:cross:read', 'synthetic-usd:read']

interface RpcRequest {
  readonly id: unknown
  readonly method: string
  readonly params?: { readonly topics?: readonly string[] }
}

/** An exchange that sends recorded frames and replies at almost no cost, each account the same. */
export interface ReplayedExchange {
  readonly apiUrl: string
  readonly streamUrl: string
  setRunning(isRunning: boolean): void
  /** The number of frames that were due since the last call. */
  takeFrames(): number
  unreadBytes(): number
}

function resultOf({ method, params }: RpcRequest): unknown {
  switch (method) {
    case 'hello':
      return { version: '1.0.0', simulated: true }
    case 'time':
      return { time: Date.now() }
    case 'authenticate':
      return { authenticated: true, permissions: SCOPES }
    case 'subscribe':
      return { subscribed: params?.topics }
    default:
      return { permissions: SCOPES }
  }
}

const SIMULATED = { 'x-axisor-simulated': '1' }

/** Serves the recorded replies. Only the time is current. */
function openServer({ bodies }: Recording) {
  return createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const time = path.endsWith('/time') ? JSON.stringify({ time: new Date().toISOString() }) : null
    const body = time ?? bodies.get(path)
    const headers = { 'content-type': 'application/json; charset=utf-8', ...SIMULATED }
    response.writeHead(body === undefined ? 404 : 200, headers).end(body)
  })
}

/** A frame and the times that its repetition moves: those of messages, and of candles by whole minutes. */
interface Due {
  readonly at: number
  bytes(minuteAt: number): Uint8Array
}

function dueFrames({ frames, startsAt }: Recording, isSpread: boolean): readonly Due[] {
  return frames.map(({ at, text }, i) => {
    const delayMs = isSpread ? ((i % FRAMES_PER_TICK) * TICK_MS) / FRAMES_PER_TICK : 0
    const [head = '', time, rest = ''] = text.split(/(?<="data":\{"time":)(\d{13})/)
    const movedBy = Number(time) - startsAt + (text.includes('/ohlc/') ? 0 : delayMs)
    return { at: at + delayMs, bytes: minuteAt => framesOf([`${head}${minuteAt + movedBy}${rest}`]) }
  })
}

/** Starts the exchange on a free port. `isSpread`: the frames of a price move come one by one. */
export async function openReplayedExchange(
  recording: Recording,
  isSpread: boolean,
): Promise<ReplayedExchange> {
  const server = openServer(recording)
  const endpoint = new WebSocketServer({ noServer: true })
  const subscribed = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) =>
    endpoint.handleUpgrade(request, socket, head, stream => {
      socket.on('close', () => subscribed.delete(socket))
      stream.on('error', () => {})
      stream.on('message', data => {
        const rpc = JSON.parse(String(data)) as RpcRequest
        const rateLimit = { remaining: 9, limit: 10 }
        stream.send(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: resultOf(rpc), rateLimit }))
        if (rpc.method === 'subscribe') subscribed.add(socket)
      })
    }),
  )
  await new Promise<void>(resolve => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve))
  const { port } = server.address() as AddressInfo

  const due = dueFrames(recording, isSpread)
  let isRunning = true
  let sentUntil = Date.now()
  let frames = 0
  setInterval(() => {
    const from = sentUntil
    sentUntil = Date.now()
    if (!isRunning) return
    const minuteAt = Math.floor(sentUntil / RECORDED_MS) * RECORDED_MS
    for (const { at, bytes } of due) {
      if (minuteAt + at <= from || minuteAt + at > sentUntil) continue
      frames += 1
      const frame = bytes(minuteAt)
      for (const socket of subscribed) socket.write(frame)
    }
  }, STEP_MS)
  return {
    apiUrl: `http://127.0.0.1:${port}/v3`,
    streamUrl: `ws://127.0.0.1:${port}/v1`,
    setRunning(running) {
      isRunning = running
    },
    takeFrames() {
      const taken = frames
      frames = 0
      return taken
    },
    unreadBytes: () => [...subscribed].reduce((sum, { writableLength }) => sum + writableLength, 0),
  }
}
