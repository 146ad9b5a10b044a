import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AxisorError } from '../../src/domain/error.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import type { SocketListener } from '../../src/ports/net.ts'

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

/** Writes down what a socket says; `until` waits for a line that begins so. */
function listen(): {
  said: string[]
  listener: SocketListener
  until: (start: string) => Promise<void>
  errors: AxisorError[]
} {
  const said: string[] = []
  const errors: AxisorError[] = []
  let wake = (): void => {}
  const say = (line: string): void => {
    said.push(line)
    wake()
  }
  return {
    said,
    errors,
    listener: {
      opened: () => say('opened'),
      text: data => say(`text ${data}`),
      pong: () => say('pong'),
      failed: error => {
        errors.push(error)
        say(`failed ${error.code}`)
      },
      closed: code => say(`closed ${code}`),
    },
    until: async start => {
      while (!said.some(line => line.startsWith(start))) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
  }
}

describe('WebSockets over real sockets', () => {
  it('opens, sends and hears text, pings and hears the pong, and tells the code of a close', async () => {
    const url = await serve(peer => peer.on('message', data => peer.send(`echo ${String(data)}`)))
    const { said, listener, until } = listen()
    const socket = openSockets().open(url, listener)
    closing.push(() => socket.terminate())
    await until('opened')
    socket.send('✓')
    await until('text')
    socket.ping()
    await until('pong')
    expect(said).toEqual(['opened', 'text echo ✓', 'pong'])
  })

  it('tells the code with which the other side left, without calling it a failure', async () => {
    const url = await serve(peer => peer.close(1001))
    const { said, listener, until } = listen()
    openSockets().open(url, listener)
    await until('closed')
    expect(said).toEqual(['opened', 'closed 1001'])
  })

  it('tells a connection that was cut', async () => {
    const url = await serve(peer => peer.terminate())
    const { said, listener, until } = listen()
    openSockets().open(url, listener)
    await until('closed')
    expect(said.at(-1)).toBe('closed 1006')
  })

  it('fails, then closes, when nobody listens', async () => {
    const { said, listener, until, errors } = listen()
    openSockets().open('ws://127.0.0.1:1/v1', listener)
    await until('closed')
    expect(said).toEqual(['failed unreachable', 'closed 1006'])
    expect(errors[0]?.message).toContain('127.0.0.1:1')
  })

  it('says what a server answered that refuses the handshake', async () => {
    const server = createServer((_request, response) => response.writeHead(503, { 'retry-after': '3' }).end())
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const { said, listener, until, errors } = listen()
    openSockets().open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, listener)
    await until('closed')
    expect(said).toEqual(['failed unavailable', 'closed 1006'])
    expect(errors[0]).toMatchObject({ retryAfterMs: 3_000, message: expect.stringContaining('503') })
  })

  it('ends on a binary frame and on a frame over 1 MiB', async () => {
    for (const frame of [Buffer.from([1, 2]), 'x'.repeat(1024 * 1024 + 1)]) {
      const url = await serve(peer => peer.send(frame))
      const { said, listener, until } = listen()
      openSockets().open(url, listener)
      await until('closed')
      expect(said.slice(0, 2)).toEqual(['opened', 'failed unreadable'])
      expect(said).toHaveLength(3)
    }
  })

  it('says nothing more once abandoned, and does not fail either', async () => {
    const left = Promise.withResolvers<void>()
    const url = await serve(peer => {
      peer.on('close', () => left.resolve())
      peer.send('hello')
    })
    const { said, listener, until } = listen()
    const socket = openSockets().open(url, listener)
    await until('text')
    socket.terminate()
    socket.send('into the void')
    socket.ping()
    await left.promise
    expect(said).toEqual(['opened', 'text hello'])
  })

  it('may be abandoned before it is open', async () => {
    let met = 0
    const url = await serve(() => {
      met += 1
    })
    const first = listen()
    openSockets().open(url, first.listener).terminate()
    const second = listen()
    const socket = openSockets().open(url, second.listener)
    closing.push(() => socket.terminate())
    await second.until('opened')
    expect(first.said).toEqual([])
    expect(met).toBe(1)
  })
})
