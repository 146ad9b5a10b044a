import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { EXAMPLES } from '../support/relay-examples.ts'
import { connect as connectClient, openTestRelay } from '../support/relay-server.ts'
import { openTestServer } from '../support/simulator-server.ts'
import { openMutator } from './mutate.ts'
import { FUZZ_TIMEOUT_MS, runCases } from './run.ts'

/** How long a stranger waits for an answer before it leaves; most answers take less than 1 ms. */
const PATIENCE_MS = 20

/** Limits that let strangers in again and again: the limits themselves have tests of their own. */
const MANY = {
  perToken: 1e9,
  perUser: 1e9,
  perAddress: 1e9,
  total: 1e9,
  messageBurst: 1e9,
  messagesPerSecond: 1e9,
}

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

function requestsOf(paths: readonly string[], headers: string): readonly string[] {
  return paths.flatMap(path => [
    `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: x\r\n${UPGRADE}${headers}\r\n`,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 11\r\n${headers}\r\n{"user":"a"}`,
    `PUT ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${headers}\r\n3\r\nabc\r\n0\r\n\r\n`,
  ])
}

/** A masked frame of a client; the mask of zeros leaves the payload as it is. */
function frameOf(payload: string, firstByte = 0x81): Buffer {
  const bytes = Buffer.from(payload)
  const [length, more] =
    bytes.length < 126
      ? [bytes.length, Buffer.alloc(0)]
      : [126, Buffer.from([(bytes.length >> 8) & 0xff, bytes.length & 0xff])]
  return Buffer.concat([
    Buffer.from([firstByte, 0x80 | length]),
    more,
    Buffer.alloc(4),
    bytes.subarray(0, 65_535),
  ])
}

/** Sends bytes on a new connection and resolves when it is closed; an impatient stranger closes it. */
async function visit(port: number, bytes: string | Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.on('data', () => {})
  socket.write(bytes)
  const leaving = setTimeout(() => socket.destroy(), PATIENCE_MS)
  await once(socket, 'close')
  clearTimeout(leaving)
}

/** Keeps up to `most` visits in progress. */
function openVisits(most: number) {
  const going = new Set<Promise<void>>()
  return async (made: Promise<void>): Promise<void> => {
    const settled = made.finally(() => going.delete(settled))
    going.add(settled)
    if (going.size >= most) await Promise.race(going)
  }
}

/** Resolves at the event or when the socket is closed. */
function eventOf(socket: Socket, event: 'data' | 'drain'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const happened = () => resolve()
  for (const name of [event, 'close']) socket.once(name, happened)
  return promise.finally(() => {
    for (const name of [event, 'close']) socket.off(name, happened)
  })
}

async function upgraded(port: number, path: string, headers: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${UPGRADE}${headers}\r\n`)
  await eventOf(socket, 'data')
  socket.on('data', () => {})
  return socket
}

/** Resolves when the frame is sent and the event loop of the servers, which is this one, had a turn. */
async function sendFrame(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.write(bytes)) await eventOf(socket, 'drain')
  await new Promise(resolve => setImmediate(resolve))
}

test('a relay survives mutated requests, handshakes and frames, and serves the next client', {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const relay = await openTestRelay({ limits: MANY })
  const token = await relay.token('ann', ['read', 'read-all', 'alerts', 'admin'])
  const { text, bytes, random } = openMutator('relay')
  const authorized = `Authorization: Bearer ${token}\r\n`
  const paths = [
    '/v1/stream',
    '/v1/stream?user=ann',
    '/v1/snapshot',
    '/v1/snapshot?user=ann',
    '/v1/users',
    '/v1/candles?range=1d&user=ann',
    '/v1/tokens',
    '/v1/alerts',
    '/ws',
    '/healthz',
    '/readyz',
    '/metrics',
    '/',
  ]
  const requests = [...requestsOf(paths, ''), ...requestsOf(paths, authorized)]
  const visits = openVisits(16)
  await runCases(0.04, () => visits(visit(relay.port, text(requests))))

  const messages = [
    EXAMPLES.refresh_data ?? '',
    '{"type":"refresh_data","userId":"u"}',
    EXAMPLES.ping ?? '',
    EXAMPLES.acknowledge ?? '',
  ]
  for (const [path, share] of [
    ['/v1/stream', 0.1],
    ['/v1/stream?user=ann', 0.05],
    ['/ws', 0.05],
  ] as const) {
    let socket = await upgraded(relay.port, path, authorized)
    await runCases(share, async () => {
      if (socket.destroyed || socket.readableEnded) socket = await upgraded(relay.port, path, authorized)
      const frame = frameOf(text(messages))
      await sendFrame(socket, random.chance(0.2) ? bytes(frame) : frame)
    })
    socket.destroy()
  }

  expect((await fetch(`${relay.base}/healthz`)).status).toBe(200)
  const next = await connectClient(relay.stream, { headers: { authorization: `Bearer ${token}` } })
  await next.receives(/"kind":"snapshot"/)
  next.socket.terminate()
  await relay.stop()
})

test('the simulated exchange survives mutated requests, handshakes and frames', {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const server = await openTestServer()
  const { port } = new URL(server.apiUrl)
  const { text, bytes, random } = openMutator('simulator')
  const requests = requestsOf(
    ['/v3/futures/ticker', '/v3/account', '/v3/futures/isolated/trades/running', '/stream', '/control'],
    '',
  )
  const visits = openVisits(16)
  await runCases(0.01, () => visits(visit(Number(port), text(requests))))

  const messages = [
    '{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["futures/inverse/btc_usd/lastPrice"]}}',
    '{"jsonrpc":"2.0","id":"a","method":"authenticate","params":{"key":"k","passphrase":"p","signature":"s","timestamp":1,"nonce":"n"}}',
    '{"jsonrpc":"2.0","id":2,"method":"ping"}',
  ]
  const path = new URL(server.streamUrl).pathname
  let socket = await upgraded(Number(port), path, '')
  await runCases(0.04, async () => {
    if (socket.destroyed || socket.readableEnded) socket = await upgraded(Number(port), path, '')
    const frame = frameOf(text(messages))
    await sendFrame(socket, random.chance(0.2) ? bytes(frame) : frame)
  })
  socket.destroy()
  // The strangers have used up the requests that the exchange allows.
  expect([200, 429]).toContain((await fetch(`${server.apiUrl}/futures/ticker`)).status)
  expect((await server.knob({ do: 'price', usd: 60_000 })).status).toBe(200)
  await server.close()
})
