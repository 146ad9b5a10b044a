import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { capConnectionsPerAddress } from '../../src/relay/http/connection-cap.ts'
import { TEST_CERTIFICATE } from '../support/test-certificate.ts'

async function open(server: Server) {
  const cut = capConnectionsPerAddress(server, 1, () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return {
    cut,
    /** Connects a client. Resolves with the server's end. */
    async connect(dial: () => Socket): Promise<Socket> {
      const accepted = once(server, 'connection') as Promise<[Socket]>
      const client = dial()
      client.on('error', () => {})
      onTestFinished(() => void client.destroy())
      return (await accepted)[0]
    },
    dial: { tcp: () => connect(port, '127.0.0.1'), tls: () => tlsClient(port) },
  }
}

function tlsClient(port: number): Socket {
  return connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
}

test.each(['tcp', 'tls'] as const)('accepts a connection in place of a closed one, over %s', async kind => {
  const relay = await open(kind === 'tcp' ? createServer() : createTlsServer(TEST_CERTIFICATE))
  for (const round of [1, 2, 3]) {
    const first = await relay.connect(relay.dial[kind])
    expect(first.destroyed).toBe(false)
    const second = await relay.connect(relay.dial[kind])
    expect(second.destroyed).toBe(true)
    expect(relay.cut()).toBe(round)
    const closed = once(first, 'close')
    first.destroy()
    await closed
  }
})
