import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSqliteRelayStore } from '../../src/node/relay-store/sqlite-store.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { openRelayForTest as open, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect, type TestClient } from '../support/relay-server.ts'
import { openTempFolder } from '../support/temp-folder.ts'

/** A frame without a mask key: the mask of zeros leaves the payload as it is. */
function frame(firstByte: number, payload = ''): Buffer {
  return Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)])
}

const FIRST_FRAGMENT = frame(0x01, 'a')
const FRAGMENT = frame(0x00, 'a')
const PONG = frame(0x8a)

/** The connection below a WebSocket. */
function rawOf(client: TestClient): Socket {
  return (client.socket as unknown as { readonly _socket: Socket })._socket
}

async function openClient(...options: Parameters<typeof open>) {
  const relay = await open(...options)
  const client = await connect(relay.stream, { headers: bearer(await relay.token('ann')) })
  await client.receives(/"kind":"snapshot"/)
  return { relay, client }
}

describe('a WebSocket client', () => {
  test('is closed with 1008 after 16 fragments of one message', async () => {
    const { client, relay } = await openClient()
    const raw = rawOf(client)
    raw.write(FIRST_FRAGMENT)
    for (let n = 0; n < 16; n += 1) raw.write(FRAGMENT)
    expect(await client.closed).toBe(1008)
    expect(await relay.metrics()).toMatch(/closed_total\{code="1008"\} 1/)
  })

  test('is terminated if it does not finish a message within 10 s, although it sends pings', async () => {
    const { client } = await openClient()
    const raw = rawOf(client)
    const startedAt = performance.now()
    raw.write(FIRST_FRAGMENT)
    const pinging = setInterval(() => raw.write(frame(0x89)), 1_000)
    onTestFinished(() => clearInterval(pinging))
    expect(await client.closed).toBe(1006)
    expect(performance.now() - startedAt).toBeGreaterThan(9_000)
  }, 20_000)

  test('is closed with 4429 after too many unrequested pongs', async () => {
    const { client } = await openClient()
    const raw = rawOf(client)
    for (let n = 0; n < 60; n += 1) raw.write(PONG)
    expect(await client.closed).toBe(4429)
  })
})

describe('an HTTP client', () => {
  /** Sends the head of a request with an unfinished body; returns the response and the ms until the connection was closed. */
  async function unfinished(port: number, head: string) {
    const socket = dial(port, '127.0.0.1').on('error', () => {})
    let response = ''
    socket.on('data', chunk => {
      response += chunk
    })
    const startedAt = performance.now()
    socket.write(`${head}Host: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"user":`)
    await once(socket, 'close')
    return { response, ms: performance.now() - startedAt }
  }

  test('is refused without a valid token before its body is read', async () => {
    const { port } = await open()
    for (const head of [
      'POST /v1/tokens HTTP/1.1\r\n',
      `POST /v1/tokens HTTP/1.1\r\nAuthorization: Bearer axr_${'0'.repeat(64)}\r\n`,
      'PUT /unknown HTTP/1.1\r\n',
      'GET /healthz HTTP/1.1\r\n',
    ]) {
      const { response, ms } = await unfinished(port, head)
      expect(response).toMatch(/^HTTP\/1\.1 401 /)
      expect(ms).toBeLessThan(2_000)
    }
  })

  test('is closed if its body is unfinished after 10 s, also with a token', async () => {
    const { port, token } = await open()
    const admin = `Authorization: Bearer ${await token('root', ['admin'])}\r\n`
    const { response, ms } = await unfinished(port, `POST /v1/tokens HTTP/1.1\r\n${admin}`)
    expect(response).toMatch(/^(HTTP\/1\.1 408 |$)/)
    expect(ms).toBeLessThan(13_000)
  }, 20_000)

  const pipelined = async (port: number, requests: number) => {
    const socket = dial({ port, host: '127.0.0.1', localAddress: '127.0.0.3' }).on('error', () => {})
    let response = ''
    socket.on('data', chunk => {
      response += chunk
      if (response.split('HTTP/1.1 200 ').length - 1 === requests) socket.destroy()
    })
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(requests))
    await new Promise(resolve => socket.on('close', resolve))
    return response.split('HTTP/1.1 200 ').length - 1
  }

  test('may send some requests before their responses', async () => {
    const { port } = await open()
    expect(await pipelined(port, 16)).toBe(16)
    expect(await pipelined(port, 16)).toBe(16)
  })

  test('is cut with its address after too many pipelined requests, and other addresses are answered', async () => {
    const { port, base, metrics } = await open()
    expect(await pipelined(port, 5_000)).toBeLessThanOrEqual(16)
    expect(await pipelined(port, 1)).toBe(0)
    expect(await metrics()).toMatch(/refused.*status="429"\} 1$/m)
    expect(await status(fetch(`${base}/healthz`))).toBe(200)
  })

  test('is cut alone behind a proxy, where its address is that of all clients', async () => {
    const { port } = await open({ trustProxy: true })
    expect(await pipelined(port, 5_000)).toBeLessThanOrEqual(16)
    expect(await pipelined(port, 1)).toBe(1)
  })
})

describe('an unexpected error', () => {
  const failing = (name: 'findToken' | 'account' | 'revision') => {
    const memory = openMemoryRelayStore()
    let isBroken = false
    const store = {
      ...memory,
      [name]: async (value: string) => {
        if (isBroken) throw new TypeError('inner detail')
        return memory[name](value)
      },
    }
    return {
      store,
      setBroken: (value: boolean) => {
        isBroken = value
      },
    }
  }

  test('of the token lookup fails the handshake with 500, and the relay stays', async () => {
    const { store, setBroken } = failing('findToken')
    const { stream, base, token, log } = await open({ store })
    const headers = bearer(await token('ann'))
    setBroken(true)
    await expect(connect(stream, { headers })).rejects.toThrow('answered 500')
    expect(log()).toContain('"event":"bug"')
    expect(log()).not.toContain('inner detail')
    setBroken(false)
    const client = await connect(stream, { headers })
    await client.receives(/"kind":"snapshot"/)
    expect(await status(fetch(`${base}/healthz`))).toBe(200)
  })

  test('of opening the account closes the connection with 1011', async () => {
    const { store, setBroken } = failing('account')
    const { stream, token, log } = await open({ store })
    const headers = bearer(await token('ann'))
    setBroken(true)
    const client = await connect(stream, { headers })
    expect(await client.closed).toBe(1011)
    expect(log()).toContain('"event":"bug"')
  })

  test('of the watch for revoked tokens is logged once, and the watch continues', async () => {
    const { store, setBroken } = failing('revision')
    const { stream, token, log } = await open({ store, limits: { revisionCheckMs: 5 } })
    const client = await connect(stream, { headers: bearer(await token('ann')) })
    setBroken(true)
    await expect.poll(log).toContain('"event":"bug"')
    const [issued] = await store.tokens(null)
    await store.revokeToken(issued?.id ?? '', Date.now())
    setBroken(false)
    expect(await client.closed).toBe(4401)
    expect(log().split('"event":"bug"')).toHaveLength(2)
  })

  test('of SQLite with a missing column fails the request only', async () => {
    const folder = openTempFolder()
    onTestFinished(folder.remove)
    const path = `${folder.path}/relay.db`
    const { store } = openSqliteRelayStore(path, { use: 'create' })
    onTestFinished(() => store.close())
    const { stream, base, token, log } = await open({ store, limits: { revisionCheckMs: 20 } })
    const headers = bearer(await token('ann'))
    const damaged = new DatabaseSync(path)
    damaged.exec('ALTER TABLE relay_tokens RENAME COLUMN scopes TO scopes_gone')
    damaged.close()
    await expect(connect(stream, { headers })).rejects.toThrow('answered 500')
    expect(await status(fetch(`${base}/v1/snapshot`, { headers }))).toBe(500)
    expect(await status(fetch(`${base}/healthz`))).toBe(200)
    expect(log()).toContain('"event":"bug"')
  })
})
