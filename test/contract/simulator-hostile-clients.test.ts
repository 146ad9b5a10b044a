import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { openTestServer } from '../support/simulator-server.ts'

async function serve() {
  const server = await openTestServer()
  onTestFinished(() => server.close())
  return server
}

test('the simulator refuses control requests of other web origins', async () => {
  const server = await serve()
  const control = (origin: string) =>
    fetch(server.controlUrl, { method: 'POST', headers: { origin }, body: '{"do":"drop"}' })
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])
    expect((await control(origin)).status, origin).toBe(403)
  expect((await control(new URL(server.controlUrl).origin)).status).toBe(200)
})

test.each([
  ['fragments', 0x01, 0x00],
  ['pongs', 0x8a, 0x8a],
  ['pings', 0x89, 0x89],
])('the simulator closes a client with 1008 that sends too many %s', async (_name, first, next) => {
  const server = await serve()
  const client = new WebSocket(server.streamUrl)
  client.on('error', () => {})
  await once(client, 'open')
  const { _socket: raw } = client as unknown as { readonly _socket: Socket }
  for (let n = 0; n < 200; n += 1) raw.write(Buffer.from([n === 0 ? first : next, 0x80, 0, 0, 0, 0]))
  const [code] = await once(client, 'close')
  expect(code).toBe(1008)
})
