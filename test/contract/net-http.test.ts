import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openWorld } from '../../src/node/world.ts'
import type { Http } from '../../src/ports/net.ts'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function open(): Http {
  const http = openHttp('axisor/test')
  closing.push(() => http.close())
  return http
}

async function failureOf(promise: Promise<unknown>): Promise<AxisorError> {
  const error: unknown = await promise.then(
    () => null,
    cause => cause,
  )
  if (!(error instanceof AxisorError)) throw new Error(`not an AxisorError: ${String(error)}`)
  return error
}

describe('HTTP over real sockets', () => {
  it('names axisor and its version in every request', async () => {
    const origin = await serve((request, response) => response.end(request.headers['user-agent']))
    const { http } = await openWorld('1.2.3').openNet(NO_PROXY_RULES)
    closing.push(() => http.close())
    expect(await http.get(origin, '/', {}, 5_000)).toMatchObject({ body: 'axisor/1.2.3' })
  })

  it('sends the target unchanged, with the given headers and no content type', async () => {
    let seen: {
      url: string | undefined
      method: string | undefined
      headers: NodeJS.Dict<string | string[]>
    } | null = null
    const origin = await serve((request, response) => {
      seen = { url: request.url, method: request.method, headers: request.headers }
      response.setHeader('X-Axisor-Simulated', '1')
      response.end('{"ok":"✓"}')
    })
    const target = '/v3/x?cursor=2025-09-30T12%3A34%3A56.789Z&from=a:b'
    const reply = await open().get(origin, target, { 'lnm-access-key': 'k' }, 5_000)
    expect(reply.status).toBe(200)
    expect(reply.body).toBe('{"ok":"✓"}')
    expect(reply.headers['x-axisor-simulated']).toBe('1')
    const headers = { 'lnm-access-key': 'k', 'user-agent': 'axisor/test' }
    expect(seen).toMatchObject({ url: target, method: 'GET', headers })
    expect(seen).not.toHaveProperty('headers.content-type')
  })

  it('reuses connections', async () => {
    const ports = new Set<number | undefined>()
    const origin = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('1')
    })
    const http = open()
    for (let round = 0; round < 8; round += 1) await http.get(origin, '/a', {}, 5_000)
    // A second one may be opened while the first is being returned to the pool.
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  it('returns redirects and error statuses unchanged', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/go') response.writeHead(302, { location: '/elsewhere' }).end()
      else response.writeHead(503, { 'retry-after': '7' }).end('busy')
    })
    const http = open()
    expect(await http.get(origin, '/go', {}, 5_000)).toMatchObject({ status: 302 })
    expect(await http.get(origin, '/no', {}, 5_000)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7' },
      body: 'busy',
    })
  })

  it('fails with `unreachable` and the host if the connection is refused', async () => {
    const error = await failureOf(open().get('http://127.0.0.1:1', '/a', {}, 5_000))
    expect(error).toMatchObject({ code: 'unreachable', retryable: true })
    expect(error.message).toContain('127.0.0.1:1')
    expect(error.hint).not.toBeNull()
  })

  it('fails with `timeout` and closes the connection if the server does not respond', async () => {
    const gone = Promise.withResolvers<void>()
    const origin = await serve(request => request.socket.on('close', () => gone.resolve()))
    const error = await failureOf(open().get(origin, '/a', {}, 50))
    expect(error).toMatchObject({ code: 'timeout', message: expect.stringContaining('within 0.1 s') })
    await gone.promise
  })

  it('fails with `timeout` if the body never ends', async () => {
    const origin = await serve((_request, response) => {
      response.write('{"half":')
    })
    expect((await failureOf(open().get(origin, '/a', {}, 100))).code).toBe('timeout')
  })

  it('rejects a body over 8 MiB, also as the result of decompression', async () => {
    const big = Buffer.alloc(8 * 1024 * 1024 + 1, 32)
    const bombs: Record<string, Buffer> = {
      gzip: gzipSync(big),
      br: brotliCompressSync(big),
      deflate: deflateSync(big),
    }
    const origin = await serve((request, response) => {
      const encoding = request.url?.slice(1) ?? ''
      const bomb = bombs[encoding]
      if (bomb !== undefined) response.setHeader('content-encoding', encoding)
      response.end(bomb ?? big)
    })
    const http = open()
    for (const name of ['big', ...Object.keys(bombs)]) {
      const error = await failureOf(http.get(origin, `/${name}`, {}, 5_000))
      expect(error, name).toMatchObject({ code: 'unreadable', message: expect.stringContaining('8 MiB') })
    }
  })

  it('decompresses a body that a proxy compressed unasked', async () => {
    const text = '{"balance":1}'
    const bodies: Record<string, Buffer> = {
      gzip: gzipSync(text),
      'X-GZIP': gzipSync(text),
      deflate: deflateSync(text),
      'deflate ': deflateRawSync(text),
      br: brotliCompressSync(text),
      zstd: zstdCompressSync(text),
      'identity, gzip, br': brotliCompressSync(gzipSync(text)),
      // A proxy decompressed it, and left the header.
      ' gzip': Buffer.from(text),
    }
    const origin = await serve((request, response) => {
      const encoding = decodeURIComponent(request.url?.slice(1) ?? '')
      response.setHeader('content-encoding', encoding).end(bodies[encoding])
    })
    const http = open()
    for (const encoding of Object.keys(bodies)) {
      const { body } = await http.get(origin, `/${encodeURIComponent(encoding)}`, {}, 5_000)
      expect(body, encoding).toBe(text)
    }
  })

  it('rejects damaged and unknown compression', async () => {
    const origin = await serve((request, response) => {
      response.setHeader('content-encoding', request.url?.slice(1) ?? '').end(gzipSync('{}').subarray(0, 12))
    })
    const http = open()
    for (const encoding of ['gzip', 'br', 'deflate', 'compress']) {
      const error = await failureOf(http.get(origin, `/${encoding}`, {}, 5_000))
      expect(error, encoding).toMatchObject({ code: 'unreadable' })
    }
  })

  it('rejects a reply with more encodings than proxies apply, each of which costs time', async () => {
    const gzipped = [1, 2, 3, 4].reduce(body => gzipSync(body), Buffer.from('{}'))
    const origin = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip, gzip, gzip, gzip').end(gzipped)
    })
    expect(await failureOf(open().get(origin, '/', {}, 5_000))).toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/too many content encodings$/),
    })
  })

  it('replaces a byte that is not UTF-8, and strips a byte order mark', async () => {
    const origin = await serve((_request, response) => {
      response.end(Buffer.from('\u00ef\u00bb\u00bf{"username":"J\u00fcrgen","balance":1}', 'latin1'))
    })
    const { body } = await open().get(origin, '/a', {}, 5_000)
    expect(JSON.parse(body)).toEqual({ username: 'J\ufffdrgen', balance: 1 })
  })

  it('fails with `unreadable` if the server does not send HTTP', async () => {
    const server = createTcpServer(socket => socket.end('SSH-2.0-hello\r\n\r\n'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await failureOf(open().get(origin, '/a', {}, 5_000))).code).toBe('unreadable')
  })

  it('fails with `tls` for https to a server without TLS', async () => {
    const origin = await serve((_request, response) => response.end('1'))
    const error = await failureOf(open().get(origin.replace('http:', 'https:'), '/a', {}, 5_000))
    expect(error).toMatchObject({ code: 'tls', retryable: true })
  })

  it('rejects pending requests when it is closed', async () => {
    const received = Promise.withResolvers<void>()
    const origin = await serve(() => received.resolve())
    const http = open()
    const failure = failureOf(http.get(origin, '/a', {}, 5_000))
    await received.promise
    http.close()
    expect((await failure).code).toBe('unreachable')
  })
})
