import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { createSecureContext, createServer as createTlsServer, TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openRedisBroker } from '../../src/node/broker/redis-broker.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import { readPostgresUrl } from '../../src/node/postgres/postgres-url.ts'
import { openPostgresRelayStore } from '../../src/node/relay-store/postgres-store.ts'
import { openMailServer } from '../support/mail-server.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../support/notifier-rig.ts'
import { TEST_CERTIFICATE } from '../support/test-certificate.ts'

const UNTRUSTED = /DEPTH_ZERO_SELF_SIGNED_CERT|self-signed/

const RECIPIENT = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e'
const NOSTR_KEY = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa'

/** Text that clients sent after a TLS handshake: none, if each one verifies the certificate. */
let received = ''
let server: Server
let port = 0

const listening = (each: Server): Promise<number> =>
  new Promise(resolve => each.listen(0, '127.0.0.1', () => resolve((each.address() as AddressInfo).port)))

beforeAll(async () => {
  server = createTlsServer(TEST_CERTIFICATE, socket => {
    socket.on('error', () => {})
    socket.on('data', data => {
      received += String(data)
      socket.end()
    })
  })
  server.on('tlsClientError', () => {})
  port = await listening(server)
})
afterAll(() => server.close())
beforeEach(() => {
  received = ''
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
})
afterEach(() => {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
})

async function failureOf(work: Promise<unknown>): Promise<AxisorError> {
  const error: unknown = await work.then(
    () => null,
    cause => cause,
  )
  if (!(error instanceof AxisorError)) throw new Error(`not an AxisorError: ${String(error)}`)
  return error
}

describe('with NODE_TLS_REJECT_UNAUTHORIZED=0, an untrusted certificate is rejected', () => {
  test('by the HTTP client of exchange and relay', async () => {
    const http = openHttp('axisor/test')
    const error = await failureOf(http.get(`https://127.0.0.1:${port}`, '/', {}, LONG_MS))
    expect([error.code, received]).toEqual(['tls', ''])
    http.close()
  })

  test('by the WebSocket of exchange and relay', async () => {
    const error = await new Promise<AxisorError>(resolve => {
      openSockets('axisor/test').open(`wss://127.0.0.1:${port}`, {
        opened() {},
        text() {},
        pong() {},
        failed: resolve,
        closed() {},
      })
    })
    expect([error.code, received]).toEqual(['tls', ''])
  })

  test('by the heartbeat and alert channels over HTTP', async () => {
    const notifier = openTestNotifier()
    const result = await notifier.ping(new Secret(`https://127.0.0.1:${port}/x`), LONG_MS)
    expect([result.kind, received]).toEqual(['retry', ''])
    expect(result).toMatchObject({ why: expect.stringMatching(UNTRUSTED) })
    await notifier.close()
  })

  test('by the alert channel nostr', async () => {
    const notifier = openTestNotifier()
    const relays = [`wss://127.0.0.1:${port}`]
    const result = await notifier.send(
      channelOf({ type: 'nostr', recipient: RECIPIENT, relays }, NOSTR_KEY),
      MESSAGE,
      LONG_MS,
    )
    expect([result.kind, received]).toEqual(['retry', ''])
    expect(result).toMatchObject({ why: expect.stringMatching(UNTRUSTED) })
    await notifier.close()
  })

  test.each(['tls', 'starttls'] as const)('by e-mail with %s', async security => {
    const mail = await openMailServer({ security })
    const notifier = openTestNotifier()
    const settings = { type: 'smtp', host: '127.0.0.1', port: mail.port, security, user: null } as const
    const channel = channelOf({ ...settings, from: 'a@example.org', to: 'b@example.org' }, 'secret')
    expect(await notifier.send(channel, MESSAGE, LONG_MS)).toMatchObject({ kind: 'retry' })
    expect(mail.mails).toEqual([])
    await notifier.close()
    await mail.close()
  })

  test('by the connection to Redis', async () => {
    const address = { host: '127.0.0.1', port, tls: true, username: null, password: null, db: 0 }
    const error = await failureOf(openRedisBroker(address, 'test'))
    expect([error.code, received]).toEqual(['tls', ''])
  })

  test('by the connection to PostgreSQL', async () => {
    const database = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write('S')
        const secured = new TLSSocket(socket, {
          isServer: true,
          secureContext: createSecureContext(TEST_CERTIFICATE),
        })
        secured.on('error', () => {})
        secured.on('data', data => {
          received += String(data)
        })
      })
    })
    const at = await listening(database)
    const url = `postgres://u:p@127.0.0.1:${at}/d?sslmode=verify-full`
    const error = await failureOf(openPostgresRelayStore(readPostgresUrl(url, {}), { use: 'create' }))
    expect([error.code, received]).toEqual(['tls', ''])
    database.close()
  })
})
