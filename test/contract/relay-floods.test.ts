import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openRelayForTest as open, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect } from '../support/relay-server.ts'

describe('useless frames', () => {
  async function client() {
    const { stream, token, relay } = await open()
    const opened = await connect(stream, { headers: bearer(await token('ann')) })
    await opened.receives(/"kind":"snapshot"/)
    return { ...opened, relay }
  }

  test('closes the socket on a message of more than 16 KiB', async () => {
    const { socket, closed } = await client()
    socket.send('x'.repeat(16 * 1024 + 1))
    expect(await closed).toBe(1009)
  })

  test('closes the socket on a binary message', async () => {
    const { socket, closed } = await client()
    socket.send(new Uint8Array([1, 2, 3]))
    expect(await closed).toBe(1003)
  })

  test('closes the socket on invalid UTF-8', async () => {
    const { socket, closed } = await client()
    socket.send(new Uint8Array([0xff, 0xfe]), { binary: false })
    expect(await closed).toBe(1007)
  })

  test('answers an unreadable message with an error, and closes the socket after many', async () => {
    const { socket, closed, receives } = await client()
    socket.send('{"type":"buy","quantity":1}')
    await receives(/"type":"error".*"code":"unreadable"/)
    for (let i = 0; i < 20; i += 1) socket.send('nonsense')
    expect(await closed).toBe(4429)
  })

  test('does not decompress a message that would grow to 50 MB when compression was not negotiated', async () => {
    const { socket, closed } = await client()
    const bomb = deflateRawSync(Buffer.alloc(50_000_000, 'x'))
    const mask = [0, 0, 0, 0]
    const length = Math.min(bomb.length, 16_000)
    const header = [0xc1, 0x80 | 126, length >> 8, length & 0xff, ...mask]
    const { _socket: below } = socket as unknown as { _socket: NodeJS.WritableStream }
    below.write(Buffer.concat([Buffer.from(header), bomb.subarray(0, length)]))
    expect(await closed).toBe(1002)
  })
})

describe('with --compress', () => {
  test('compresses long messages for clients that negotiated it, and none for others', async () => {
    const { stream, token } = await open({ compress: true })
    const headers = bearer(await token('ann'))
    for (const perMessageDeflate of [true, false]) {
      const client = await connect(stream, { headers, perMessageDeflate })
      expect(client.socket.extensions.includes('permessage-deflate')).toBe(perMessageDeflate)
      const snapshot = await client.receives(/"kind":"snapshot"/)
      client.socket.send('{"type":"ping","t":1}')
      await client.receives(/"pong"/)
      const { _socket: below } = client.socket as unknown as { _socket: { readonly bytesRead: number } }
      if (perMessageDeflate) expect(below.bytesRead).toBeLessThan(snapshot.length)
      else expect(below.bytesRead).toBeGreaterThan(snapshot.length)
    }
  })

  test('sends everything uncompressed to a client with a small window', async () => {
    const { stream, token } = await open({ compress: true })
    const headers = bearer(await token('ann'))
    const client = await connect(stream, { headers, perMessageDeflate: { serverMaxWindowBits: 9 } })
    expect(client.socket.extensions).toBe('')
    await client.receives(/"kind":"snapshot"/)
  })

  test('closes the socket before a compressed message has grown beyond 16 KiB', async () => {
    const { stream, token } = await open({ compress: true })
    const headers = bearer(await token('ann'))
    const { socket, closed, receives } = await connect(stream, {
      headers,
      perMessageDeflate: { threshold: 0 },
    })
    await receives(/"kind":"snapshot"/)
    const before = process.memoryUsage().rss
    socket.send('x'.repeat(50_000_000))
    expect(await closed).toBe(1009)
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000)
  })
})

describe('floods', () => {
  test('answers refresh requests from the current state, then closes the socket; refreshes the exchange once', async () => {
    const { stream, token, relay } = await open()
    const { socket, closed, receives, received } = await connect(stream, {
      headers: bearer(await token('ann')),
    })
    await receives(/"kind":"snapshot"/)
    for (let i = 0; i < 500; i += 1) socket.send('{"type":"refresh_data"}')
    expect(await closed).toBe(4429)
    expect(received.filter(text => text.includes('"kind":"snapshot"')).length).toBeLessThanOrEqual(45)
    expect(relay.stats.upstreamRefreshes).toBe(1)
  })

  test('closes the socket on too many WebSocket pings', async () => {
    const { stream, token } = await open()
    const { socket, closed } = await connect(stream, { headers: bearer(await token('ann')) })
    for (let i = 0; i < 500; i += 1) socket.ping()
    expect(await closed).toBe(4429)
  })

  test('answers too many snapshot requests with 429', async () => {
    const { base, token } = await open()
    const headers = bearer(await token('ann'))
    const startedAt = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => status(fetch(`${base}/v1/snapshot`, { headers }))),
    )
    const seconds = (performance.now() - startedAt) / 1_000
    const accepted = answers.filter(code => code === 200).length
    // The bucket holds 40 tokens and regains 10 a second, so a slow machine may admit more.
    expect(accepted).toBeGreaterThanOrEqual(40)
    expect(accepted).toBeLessThanOrEqual(40 + Math.ceil(10 * seconds))
    expect(answers.filter(code => code === 429)).toHaveLength(200 - accepted)
  })

  test('limits idle connections per address, and accepts other clients', async () => {
    const { port, stream, token } = await open({ limits: { perAddress: 100 } })
    const dialled = Array.from({ length: 1_500 }, () =>
      dial({ port, host: '127.0.0.1', localAddress: '127.0.0.2' })
        .on('error', () => {})
        .resume(),
    )
    const cut = new Set<unknown>()
    await new Promise<void>(resolve => {
      for (const socket of dialled)
        socket.on('close', () => {
          if (cut.add(socket).size === 1_500 - 100 - 64) resolve()
        })
    })
    const client = await connect(stream, { headers: bearer(await token('ann')) })
    await client.receives(/"kind":"snapshot"/)
    expect(dialled.filter(socket => !socket.destroyed)).toHaveLength(164)
    for (const socket of dialled) socket.destroy()
  })
})

test('closes a client that sends its headers slowly or not at all within seconds', async () => {
  const { port } = await open()
  const startedAt = performance.now()
  const silent = dial(port, '127.0.0.1')
    .on('error', () => {})
    .resume()
  const slow = dial(port, '127.0.0.1')
    .on('error', () => {})
    .resume()
  slow.write('GET /v1/stream HTTP/1.1\r\nHost: x\r\n')
  const dropping = setInterval(() => slow.write('X-a: b\r\n'), 300)
  await Promise.all([once(slow, 'close'), once(silent, 'close')])
  clearInterval(dropping)
  expect(performance.now() - startedAt).toBeLessThan(12_000)
}, 20_000)

test('closes refused connections even if the client keeps its half open', async () => {
  const { port } = await open()
  const handshake =
    'GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  let response = ''
  socket.on('data', chunk => {
    response += chunk
  })
  socket.write(handshake)
  await once(socket, 'end')
  expect(response).toMatch(/^HTTP\/1\.1 401 /)
  // A write reveals a lost connection: it is reset.
  const writing = setInterval(() => socket.write('x'), 20)
  onTestFinished(() => {
    clearInterval(writing)
    socket.destroy()
  })
  await new Promise(resolve => socket.on('close', resolve))
})
