import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AxisorError } from '../../src/domain/error.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import type { SocketListener } from '../../src/ports/net.ts'
import { openFakeClock } from '../support/fake-clock.ts'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(greet: (peer: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', greet)
  await new Promise(resolve => server.once('listening', resolve))
  closing.push(() => {
    for (const peer of server.clients) peer.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

/** Records the events of a socket; `until` waits for an event with this prefix. */
function listen(): {
  events: string[]
  listener: SocketListener
  until: (start: string) => Promise<void>
  errors: AxisorError[]
} {
  const events: string[] = []
  const errors: AxisorError[] = []
  let wake = (): void => {}
  const record = (line: string): void => {
    events.push(line)
    wake()
  }
  return {
    events,
    errors,
    listener: {
      opened: () => record('opened'),
      text: data => record(`text ${data}`),
      pong: () => record('pong'),
      failed: error => {
        errors.push(error)
        record(`failed ${error.code}`)
      },
      closed: code => record(`closed ${code}`),
    },
    until: async start => {
      while (!events.some(line => line.startsWith(start))) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
  }
}

describe('WebSockets over real sockets', () => {
  it('opens, exchanges text, receives a pong and reports the close code', async () => {
    const url = await serve(peer => peer.on('message', data => peer.send(`echo ${String(data)}`)))
    const { events, listener, until } = listen()
    const socket = openSockets('axisor/test').open(url, listener)
    closing.push(() => socket.terminate())
    await until('opened')
    socket.send('✓')
    await until('text')
    socket.ping()
    await until('pong')
    expect(events).toEqual(['opened', 'text echo ✓', 'pong'])
  })

  it('reports the close code of the server without a failure', async () => {
    const url = await serve(peer => peer.close(1001))
    const { events, listener, until } = listen()
    openSockets('axisor/test').open(url, listener)
    await until('closed')
    expect(events).toEqual(['opened', 'closed 1001'])
  })

  it('reports a cut connection', async () => {
    const url = await serve(peer => peer.terminate())
    const { events, listener, until } = listen()
    openSockets('axisor/test').open(url, listener)
    await until('closed')
    expect(events.at(-1)).toBe('closed 1006')
  })

  it('fails, then closes, if no server listens', async () => {
    const { events, listener, until, errors } = listen()
    openSockets('axisor/test').open('ws://127.0.0.1:1/v1', listener)
    await until('closed')
    expect(events).toEqual(['failed unreachable', 'closed 1006'])
    expect(errors[0]?.message).toContain('127.0.0.1:1')
  })

  it('reports the status of a rejected handshake', async () => {
    const server = createServer((_request, response) => response.writeHead(503, { 'retry-after': '3' }).end())
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const { events, listener, until, errors } = listen()
    openSockets('axisor/test').open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, listener)
    await until('closed')
    expect(events).toEqual(['failed unavailable', 'closed 1006'])
    expect(errors[0]).toMatchObject({ retryAfterMs: 3_000, message: expect.stringContaining('503') })
  })

  it('names its User-Agent in the handshake, besides the headers of the caller', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    const { promise: headers, resolve } = Promise.withResolvers<IncomingHttpHeaders>()
    server.on('connection', (_peer, request) => resolve(request.headers))
    await new Promise(listening => server.once('listening', listening))
    closing.push(() => server.close())
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const handshake = { headers: { authorization: 'Bearer t' }, compression: false }
    const { listener } = listen()
    const socket = openSockets('axisor/test').open(url, listener, handshake)
    closing.push(() => socket.terminate())
    expect(await headers).toMatchObject({ 'user-agent': 'axisor/test', authorization: 'Bearer t' })
  })

  it('reads text in a binary frame', async () => {
    const url = await serve(peer => peer.send(Buffer.from('{"a":"✓"}'), { binary: true }))
    const { events, listener, until } = listen()
    const socket = openSockets('axisor/test').open(url, listener)
    closing.push(() => socket.terminate())
    await until('text')
    expect(events).toEqual(['opened', 'text {"a":"✓"}'])
  })

  it('closes on a binary frame that is no text and on a frame over 1 MiB', async () => {
    for (const frame of [Buffer.from([0xff, 0xfe]), 'x'.repeat(1024 * 1024 + 1)]) {
      const url = await serve(peer => peer.send(frame))
      const { events, listener, until } = listen()
      openSockets('axisor/test').open(url, listener)
      await until('closed')
      expect(events.slice(0, 2)).toEqual(['opened', 'failed unreadable'])
      expect(events).toHaveLength(3)
    }
  })

  /** Serves one client and passes on its raw connection. */
  async function serveRaw(greet: (raw: Socket) => void): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    server.on('connection', (_peer, request) => greet(request.socket))
    await new Promise(resolve => server.once('listening', resolve))
    closing.push(() => {
      for (const peer of server.clients) peer.terminate()
      server.close()
    })
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  }

  const FIRST_FRAGMENT = Buffer.from([0x01, 1, 97])
  const FRAGMENT = Buffer.from([0x00, 1, 97])
  const PONG = Buffer.from([0x8a, 0])

  it('fails on a message of more than 256 fragments', async () => {
    const url = await serveRaw(raw =>
      raw.write(Buffer.concat([FIRST_FRAGMENT, ...Array<Buffer>(300).fill(FRAGMENT)])),
    )
    const { events, listener, until } = listen()
    openSockets('axisor/test').open(url, listener)
    await until('closed')
    expect(events.slice(0, 2)).toEqual(['opened', 'failed unreadable'])
  })

  it('fails on a message that is unfinished after 30 s, although the server sends pongs', async () => {
    const clock = openFakeClock()
    const url = await serveRaw(raw => raw.write(Buffer.concat([FIRST_FRAGMENT, PONG])))
    const { events, listener, until } = listen()
    openSockets('axisor/test', clock).open(url, listener)
    await until('pong')
    await clock.advance(29_999)
    expect(events).toEqual(['opened', 'pong'])
    await clock.advance(1)
    await until('closed')
    expect(events.slice(2, 3)).toEqual(['failed unreadable'])
  })

  it.each([
    ['pings', Buffer.from([0x89, 0])],
    ['pongs', PONG],
  ])('fails on too many unrequested %s', async (_name, frame) => {
    const url = await serveRaw(raw => raw.write(Buffer.concat(Array<Buffer>(200).fill(frame))))
    const { events, listener, until } = listen()
    openSockets('axisor/test').open(url, listener)
    await until('closed')
    expect(events).toContain('failed unreadable')
  })

  it('emits no event after `terminate`', async () => {
    const left = Promise.withResolvers<void>()
    const url = await serve(peer => {
      peer.on('close', () => left.resolve())
      peer.send('hello')
    })
    const { events, listener, until } = listen()
    const socket = openSockets('axisor/test').open(url, listener)
    await until('text')
    socket.terminate()
    socket.send('into the void')
    socket.ping()
    await left.promise
    expect(events).toEqual(['opened', 'text hello'])
  })

  it('can be terminated before it is open', async () => {
    let met = 0
    const url = await serve(() => {
      met += 1
    })
    const first = listen()
    openSockets('axisor/test').open(url, first.listener).terminate()
    const second = listen()
    const socket = openSockets('axisor/test').open(url, second.listener)
    closing.push(() => socket.terminate())
    await second.until('opened')
    expect(first.events).toEqual([])
    expect(met).toBe(1)
  })
})
