import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openClock } from '../../src/node/clock.ts'
import { openWaitingServer } from '../../src/relay/http/waiting-server.ts'
import { DEFAULT_LIMITS } from '../../src/relay/limits.ts'
import { TEST_CERTIFICATE } from '../support/test-certificate.ts'

async function open({ tls = null as typeof TEST_CERTIFICATE | null, perAddress = 512 } = {}) {
  const limits = { ...DEFAULT_LIMITS, perAddress }
  const at = { host: '127.0.0.1', port: 0, tls, limits, trustProxy: false, missing: () => 'broker' as const }
  const server = await openWaitingServer(openClock(), at)
  onTestFinished(() => server.close())
  const connected = async () => {
    const socket = dial(server.port, '127.0.0.1').on('error', () => {})
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  return { server, connected }
}

test('frees the port although a client never begins its TLS handshake', async () => {
  const { server, connected } = await open({ tls: TEST_CERTIFICATE })
  const idle = await connected()
  const cut = once(idle, 'close')
  await server.close()
  await cut
})

test('names what it waits for', async () => {
  const { server } = await open()
  const response = await fetch(`http://127.0.0.1:${server.port}/readyz`)
  expect([response.status, await response.text()]).toEqual([
    503,
    expect.stringContaining('waits for the broker of its cluster'),
  ])
})

test('ends a request whose body is unfinished after 10 s', { timeout: 20_000 }, async () => {
  const { connected } = await open()
  const slow = await connected()
  slow.write(
    'POST /v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  )
  slow.resume()
  await once(slow, 'close')
})

test('limits the connections of an address', async () => {
  const { connected } = await open({ perAddress: 0 })
  const all = await Promise.all(Array.from({ length: 65 }, connected))
  const cut = await Promise.race(all.map(async socket => once(socket, 'close').then(() => 'cut')))
  expect(cut).toBe('cut')
})
