import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { framesOf } from '../../../../src/relay/clients/websocket-frame.ts'

test('encodes frames of every header length that a client can read, several in one write', async () => {
  const texts = [
    '',
    'a',
    'x'.repeat(125),
    'y'.repeat(126),
    'ü'.repeat(32_767),
    'z'.repeat(65_535),
    '€'.repeat(30_000),
  ]
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  server.on('connection', (_socket, request) => request.socket.write(framesOf(texts)))
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`)
  const got: string[] = []
  await new Promise<void>(resolve =>
    client.on('message', data => {
      got.push(data.toString())
      if (got.length === texts.length) resolve()
    }),
  )
  client.terminate()
  server.close()
  expect(got).toEqual(texts)
})
