import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openTrial as open, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect } from '../support/relay-server.ts'

describe('frames that nobody needs', () => {
  async function client() {
    const { stream, token, relay } = await open()
    const opened = await connect(stream, { headers: bearer(await token('ann')) })
    await opened.hears(/"kind":"snapshot"/)
    return { ...opened, relay }
  }

  test('one of more than 16 KiB ends the socket', async () => {
    const { socket, closed } = await client()
    socket.send('x'.repeat(16 * 1024 + 1))
    expect(await closed).toBe(1009)
  })

  test('a binary one ends the socket', async () => {
    const { socket, closed } = await client()
    socket.send(new Uint8Array([1, 2, 3]))
    expect(await closed).toBe(1003)
  })

  test('one that is not UTF-8 ends the socket', async () => {
    const { socket, closed } = await client()
    socket.send(new Uint8Array([0xff, 0xfe]), { binary: false })
    expect(await closed).toBe(1007)
  })

  test('one that cannot be read is answered with an error, many of them end the socket', async () => {
    const { socket, closed, hears } = await client()
    socket.send('{"type":"buy","quantity":1}')
    await hears(/"type":"error".*"code":"unreadable"/)
    for (let i = 0; i < 20; i += 1) socket.send('nonsense')
    expect(await closed).toBe(4429)
  })

  test('a compressed one that would grow to 50 MB is not even unpacked: it was not agreed on', async () => {
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
  test('a client that agrees gets long messages compressed and short ones as they are; one that does not, none', async () => {
    const { stream, token } = await open({ compress: true })
    const headers = bearer(await token('ann'))
    for (const perMessageDeflate of [true, false]) {
      const client = await connect(stream, { headers, perMessageDeflate })
      expect(client.socket.extensions.includes('permessage-deflate')).toBe(perMessageDeflate)
      const snapshot = await client.hears(/"kind":"snapshot"/)
      client.socket.send('{"type":"ping","t":1}')
      await client.hears(/"pong"/)
      const { _socket: below } = client.socket as unknown as { _socket: { readonly bytesRead: number } }
      if (perMessageDeflate) expect(below.bytesRead).toBeLessThan(snapshot.length)
      else expect(below.bytesRead).toBeGreaterThan(snapshot.length)
    }
  })

  test('a client that has only a small window gets everything uncompressed', async () => {
    const { stream, token } = await open({ compress: true })
    const headers = bearer(await token('ann'))
    const client = await connect(stream, { headers, perMessageDeflate: { serverMaxWindowBits: 9 } })
    expect(client.socket.extensions).toBe('')
    await client.hears(/"kind":"snapshot"/)
  })

  test('a compressed message that grows beyond 16 KiB ends the socket before it has grown', async () => {
    const { stream, token } = await open({ compress: true })
    const headers = bearer(await token('ann'))
    const { socket, closed, hears } = await connect(stream, { headers, perMessageDeflate: { threshold: 0 } })
    await hears(/"kind":"snapshot"/)
    const before = process.memoryUsage().rss
    socket.send('x'.repeat(50_000_000))
    expect(await closed).toBe(1009)
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000)
  })
})

describe('a flood', () => {
  test('of refreshes is answered from what is known, and then ends the socket; the exchange is asked once', async () => {
    const { stream, token, relay } = await open()
    const { socket, closed, hears, heard } = await connect(stream, { headers: bearer(await token('ann')) })
    await hears(/"kind":"snapshot"/)
    for (let i = 0; i < 500; i += 1) socket.send('{"type":"refresh_data"}')
    expect(await closed).toBe(4429)
    expect(heard.filter(text => text.includes('"kind":"snapshot"')).length).toBeLessThanOrEqual(45)
    expect(relay.stats.upstreamRefreshes).toBe(1)
  })

  test('of pings of the WebSocket itself ends the socket', async () => {
    const { stream, token } = await open()
    const { socket, closed } = await connect(stream, { headers: bearer(await token('ann')) })
    for (let i = 0; i < 500; i += 1) socket.ping()
    expect(await closed).toBe(4429)
  })

  test('of requests for a snapshot is answered with 429', async () => {
    const { base, token } = await open()
    const headers = bearer(await token('ann'))
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => status(fetch(`${base}/v1/snapshot`, { headers }))),
    )
    expect(answers.filter(code => code === 429).length).toBeGreaterThanOrEqual(15)
    expect(answers.filter(code => code === 200).length).toBeGreaterThanOrEqual(40)
  })

  test('of connections from one address, without a word, stays bounded, and others come in', async () => {
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
    await client.hears(/"kind":"snapshot"/)
    expect(dialled.filter(socket => !socket.destroyed)).toHaveLength(164)
    for (const socket of dialled) socket.destroy()
  })
})

test('a client that sends its headers drop by drop, or nothing at all, is cut within seconds', async () => {
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

test('whoever is refused can’t keep the connection, not even by leaving their own half open', async () => {
  const { port } = await open()
  const handshake =
    'GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  let answer = ''
  socket.on('data', chunk => {
    answer += chunk
  })
  socket.write(handshake)
  await once(socket, 'end')
  expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  // Writing shows whether anybody is there: a connection that is gone is reset.
  const writing = setInterval(() => socket.write('x'), 20)
  onTestFinished(() => {
    clearInterval(writing)
    socket.destroy()
  })
  await new Promise(resolve => socket.on('close', resolve))
})
