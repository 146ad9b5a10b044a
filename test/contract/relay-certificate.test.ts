import { once } from 'node:events'
import { connect } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { openTestRelay } from '../support/relay-server.ts'
import { NAMES_CERTIFICATE, TEST_CERTIFICATE } from '../support/test-certificate.ts'

/** The name in the certificate that a server presents. */
async function presented(port: number) {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  return { socket, name: subject.CN }
}

test('serves new connections with a renewed certificate and keeps the others', async () => {
  const relay = await openTestRelay({ tls: TEST_CERTIFICATE })
  onTestFinished(() => relay.stop())
  const before = await presented(relay.port)
  expect(before.name).toBe('localhost')
  expect(() => relay.replaceTls({ cert: NAMES_CERTIFICATE.cert, key: TEST_CERTIFICATE.key })).toThrow()
  const same = await presented(relay.port)
  expect(same.name).toBe('localhost')
  relay.replaceTls(NAMES_CERTIFICATE)
  const after = await presented(relay.port)
  expect(after.name).toBe('exchange.test')
  expect(before.socket.destroyed).toBe(false)
  for (const { socket } of [before, same, after]) socket.destroy()
})

test('refuses a certificate without TLS', async () => {
  const relay = await openTestRelay()
  onTestFinished(() => relay.stop())
  expect(() => relay.replaceTls(TEST_CERTIFICATE)).toThrow('the server has no TLS')
})
