import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openClock } from '../../src/node/clock.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { openSimulatorServer } from '../../src/node/simulator/http-server.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import { PRIVATE_TOPICS, TOPIC } from '../../src/simulator/protocol/topics.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { openTestServer, type TestServer } from '../support/simulator-server.ts'

const opened: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function serve(options: Parameters<typeof openTestServer>[0] = {}): Promise<TestServer> {
  const server = await openTestServer(options)
  opened.push(server.close)
  return server
}

/** Sends a request with the raw target; `fetch` would normalize it. */
function get(server: TestServer, target: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(server.apiUrl)
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const sent = request({ hostname, port, path: target, method, headers }, reply => {
        let body = ''
        reply.setEncoding('utf8')
        reply.on('data', chunk => {
          body += chunk
        })
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }))
      })
      sent.on('error', reject)
      sent.end()
    },
  )
}

function sign(
  { credentials: { key, secret, passphrase } }: TestServer,
  target: string,
): Record<string, string> {
  const timestamp = String(Date.now())
  return {
    'LNM-ACCESS-KEY': key,
    'lnm-access-passphrase': passphrase,
    'lnm-access-timestamp': timestamp,
    'lnm-access-signature': hmacSha256(secret, `${timestamp}get${target}`),
  }
}

/** Opens a stream client whose frames can be awaited. */
async function connect(server: TestServer) {
  const socket = new WebSocket(server.streamUrl)
  const frames: Record<string, unknown>[] = []
  const waiters = new Set<() => void>()
  const wake = () => {
    for (const check of waiters) check()
  }
  let closedWith: number | null = null
  let pongs = 0
  socket.on('message', data => {
    frames.push(JSON.parse(data.toString()))
    wake()
  })
  socket.on('pong', () => {
    pongs++
    wake()
  })
  socket.on('close', code => {
    closedWith = code
    wake()
  })
  socket.on('error', () => {})
  opened.push(() => socket.terminate())
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  function until<T>(find: () => T | undefined): Promise<T> {
    return new Promise(resolve => {
      const check = () => {
        const found = find()
        if (found === undefined) return
        waiters.delete(check)
        resolve(found)
      }
      waiters.add(check)
      check()
    })
  }
  const call = (method: string, params: unknown = {}) => {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: method, method, params }))
    return until(() => frames.find(frame => frame.id === method))
  }
  return {
    socket,
    until,
    call,
    closed: () => until(() => closedWith ?? undefined),
    ponged: () => until(() => (pongs > 0 ? pongs : undefined)),
    pushed: (topic: string) =>
      until(() =>
        frames
          .map(({ params }) => params as { topic?: string; data?: unknown })
          .find(p => p?.topic === topic),
      ),
    async signIn() {
      const { key, secret, passphrase } = server.credentials
      const timestamp = Date.now()
      const nonce = `nonce-${timestamp}`
      const signature = hmacSha256(secret, `${timestamp}${nonce}`)
      await call('authenticate', { key, passphrase, signature, timestamp, nonce })
      return call('subscribe', { topics: [...PRIVATE_TOPICS.keys(), TOPIC.ticker] })
    },
  }
}

describe('simulator server', () => {
  it('listens on loopback only and returns its URLs', async () => {
    const server = await serve()
    const port = new URL(server.apiUrl).port
    expect(server.apiUrl).toBe(`http://127.0.0.1:${port}/v3`)
    expect(server.streamUrl).toBe(`ws://127.0.0.1:${port}/v1`)
    expect(server.controlUrl).toBe(`http://127.0.0.1:${port}/control`)
    const elsewhere = { ...server, apiUrl: server.apiUrl.replace('127.0.0.1', '127.0.0.2') }
    await expect(get(elsewhere, '/v3/ping')).rejects.toThrow()
  })

  it('verifies signatures over the raw target', async () => {
    const server = await serve()
    const target = '/v3/futures/isolated/trades/closed?from=2026-01-01T00%3A00%3A00.000Z&limit=2'
    const reply = await get(server, target, sign(server, target))
    expect(reply.status).toBe(200)
    expect(reply.headers['x-axisor-simulated']).toBe('1')
    expect(reply.headers['content-type']).toContain('application/json')
    expect((await get(server, target.replaceAll('%3A', ':'), sign(server, target))).status).toBe(401)
    expect((await get(server, target)).status).toBe(401)
  })

  it('limits unsigned requests to one per second, with Retry-After', async () => {
    const server = await serve()
    await get(server, '/v3/ping')
    const { status, headers } = await get(server, '/v3/ping')
    expect(status).toBe(429)
    expect(headers['retry-after']).toBe('1')
  })

  it('rejects writes and unknown paths', async () => {
    const server = await serve()
    expect((await get(server, '/v3/futures/isolated/trade', {}, 'POST')).status).toBe(403)
    expect((await get(server, '/v3/oracle/index')).status).toBe(404)
    expect((await get(server, '/control')).status).toBe(404)
  })

  it('answers with the faults of one route, as real sockets carry them', async () => {
    const server = await serve()
    await server.knob({ do: 'limit', perSecond: 100, burst: 100 })
    const url = `${server.apiUrl}/futures/ticker`
    const answer = async (fault: object) => {
      expect((await server.knob({ do: 'route', route: '/futures/ticker', ...fault })).status).toBe(200)
      return fetch(url, { redirect: 'manual' })
    }
    // fetch decodes the body.
    const gzip = await answer({ answer: 'gzip' })
    expect(gzip.headers.get('content-encoding')).toBe('gzip')
    expect(await gzip.json()).toMatchObject({ lastPrice: expect.any(Number) })
    expect((await (await answer({ answer: 'large' })).text()).length).toBeGreaterThan(10_000_000)
    const empty = await answer({ answer: 'empty' })
    expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([204, null, ''])
    const redirect = await answer({ answer: 'redirect', location: '/elsewhere' })
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/elsewhere'])
    expect(await (await answer({ answer: 'html' })).text()).toMatch(/^<!doctype html>/)
  })

  it('leaves a request unanswered and closes it with the server', async () => {
    const server = await serve()
    await server.knob({ do: 'route', route: '/ping', answer: 'silence' })
    const silent = get(server, '/v3/ping').then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code,
    )
    // The other request is answered, and it was sent later.
    expect((await get(server, '/v3/time')).status).toBe(200)
    await server.close()
    expect(await silent).toBe('ECONNRESET')
  })

  it('streams after authentication, answers pings and publishes the effect of knobs', async () => {
    const server = await serve({ tickMs: 20 })
    const client = await connect(server)
    expect(await client.call('hello')).toMatchObject({ result: { version: '1.0.0', simulated: true } })
    expect(await client.signIn()).toHaveProperty('result')
    expect(await client.pushed(TOPIC.ticker)).toMatchObject({ data: { lastPrice: expect.any(Number) } })
    client.socket.ping()
    expect(await client.ponged()).toBe(1)
    expect((await server.knob({ do: 'close' })).status).toBe(200)
    expect(await client.pushed(TOPIC.isolatedTrades)).toMatchObject({ data: { event: 'closed' } })
  })

  it('cuts sockets with 1006 on drop and closes them with 1008 on revoke', async () => {
    const server = await serve()
    const dropped = await connect(server)
    await server.knob({ do: 'drop' })
    expect(await dropped.closed()).toBe(1006)
    const revoked = await connect(server)
    await revoked.signIn()
    await server.knob({ do: 'revoke' })
    expect(await revoked.closed()).toBe(1008)
  })

  it('pings clients every 20 s', async () => {
    const clock = openFakeClock()
    const server = await serve({ clock })
    const client = await connect(server)
    const pinged = new Promise<void>(resolve => client.socket.once('ping', () => resolve()))
    await clock.advance(20_000)
    await expect(pinged).resolves.toBeUndefined()
  })

  it('does not answer pings while muted', async () => {
    const server = await serve()
    const client = await connect(server)
    await server.knob({ do: 'mute', ms: 100 })
    let ponged = false
    client.socket.once('pong', () => {
      ponged = true
    })
    client.socket.ping()
    await untilUnmuted(server)
    expect(ponged).toBe(false)
    client.socket.ping()
    expect(await client.ponged()).toBe(1)
  })

  it('refuses connections while down, except for knobs', async () => {
    const server = await serve()
    await server.knob({ do: 'down', ms: 60_000 })
    await expect(get(server, '/v3/ping')).rejects.toThrow()
    await expect(connect(server)).rejects.toThrow()
    await server.knob({ do: 'down', ms: 0 })
    expect((await get(server, '/v3/ping')).status).toBe(200)
  })

  it('serves the stream on /v1 only and closes sockets that send binary frames', async () => {
    const server = await serve()
    const wrongPath = new WebSocket(server.streamUrl.replace('/v1', '/v2'))
    const error = await new Promise<Error>(resolve => wrongPath.once('error', resolve))
    expect(error.message).toContain('404')
    const client = await connect(server)
    client.socket.send(Buffer.from([1, 2, 3]))
    expect(await client.closed()).toBe(1003)
  })

  it('names the port that is already in use', async () => {
    const server = await serve()
    const port = Number(new URL(server.apiUrl).port)
    const clock = openClock()
    const exchange = openExchange({ clock, hmac: hmacSha256 })
    const opened = openSimulatorServer(exchange, { port, clock })
    await expect(opened).rejects.toMatchObject({ message: `cannot listen on 127.0.0.1:${port}` })
  })

  it('closes every connection on close', async () => {
    const server = await openTestServer()
    const client = await connect(server)
    await server.close()
    expect([1001, 1006]).toContain(await client.closed())
    await expect(get(server, '/v3/ping')).rejects.toThrow()
  })
})

/** Resolves once the exchange is no longer muted, by polling its state instead of sleeping. */
async function untilUnmuted(server: TestServer): Promise<void> {
  while (server.exchange.isMuted()) await new Promise(resolve => setImmediate(resolve))
}
