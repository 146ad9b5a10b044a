import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openRelayForTest as open, positionOf, statusOf } from '../support/relay-fixture.ts'
import { bearer, connect } from '../support/relay-server.ts'
import { madeTicker, readAt, T0 } from '../support/samples.ts'

/** What the document of the old system states about its messages; nothing here comes from the relay's own code. */
interface OldMessage {
  readonly type: string
  readonly message?: string
  readonly userId?: string
  readonly error?: string
  readonly timestamp: string
  readonly data?: {
    readonly user: { readonly username: string; readonly balance: number }
    readonly positions: readonly {
      readonly id: string
      readonly side: 'b' | 's'
      readonly running: boolean
      readonly pl: number
      readonly margin: number
    }[]
    readonly totals: {
      readonly totalPL: number
      readonly totalMargin: number
      readonly positionCount: number
    }
  }
}

/** The client of the old system: it requests data after the greeting and keeps what is not older than 30 s. */
class OldClient {
  data: OldMessage['data'] | null = null
  error: string | null = null
  readonly messages: OldMessage[] = []
  readonly #socket: WebSocket

  constructor(
    url: string,
    {
      protocols = [],
      ...options
    }: { readonly protocols?: readonly string[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.#socket = new WebSocket(url, [...protocols], options)
    this.#socket.on('message', text => this.#route(JSON.parse(text.toString()) as OldMessage))
  }

  get socket(): WebSocket {
    return this.#socket
  }

  #route(message: OldMessage): void {
    this.messages.push(message)
    if (message.type === 'connection')
      this.#socket.send(JSON.stringify({ type: 'refresh_data', userId: message.userId }))
    else if (message.type === 'error') this.error = message.error ?? null
    else if (message.type === 'data_update' && Date.now() - Date.parse(message.timestamp) <= 30_000)
      this.data = message.data ?? null
  }

  async has(type: string): Promise<OldMessage> {
    for (;;) {
      const found = this.messages.find(message => message.type === type)
      if (found !== undefined) return found
      await once(this.#socket, 'message')
    }
  }
}

const ISO_WITH_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const ANY_USER = '8b6f9c0e-9f42-4c0e-8d2c-4a1f6b1d7e55'

/** A relay and the address of the old system's socket. */
async function openOld(options: Parameters<typeof open>[0] = {}) {
  const relay = await open(options)
  return { ...relay, ws: `ws://127.0.0.1:${relay.port}/ws` }
}

describe('a client that knows only the old system, and sends a token', () => {
  test('works with the token in a header', async () => {
    const { ws, token } = await openOld()
    const client = new OldClient(`${ws}?userId=${ANY_USER}`, { headers: bearer(await token('ann')) })
    const update = await client.has('data_update')
    expect(client.messages[0]).toEqual({
      type: 'connection',
      message: 'Connected to WebSocket server',
      userId: 'id-ann',
      timestamp: expect.stringMatching(ISO_WITH_MS),
    })
    expect(update.timestamp).toMatch(ISO_WITH_MS)
    expect(client.data?.user).toMatchObject({ username: 'trader', balance: 2_015_086 })
    expect(client.data?.positions.length).toBe(3)
    for (const { id, side, running, pl, margin } of client.data?.positions ?? []) {
      expect([typeof id, running]).toEqual(['string', true])
      expect(['b', 's']).toContain(side)
      expect([pl, margin].every(Number.isInteger)).toBe(true)
    }
    const total = client.data?.positions.reduce((sum, { pl }) => sum + pl, 0)
    expect(client.data?.totals).toEqual({ totalPL: total, totalMargin: 10_428_066, positionCount: 3 })
    client.socket.close()
  })

  test('works with the token as a subprotocol, alone or beside axisor.legacy or axisor.v1', async () => {
    const { ws, token } = await openOld()
    const protocol = `bearer.${await token('ann')}`
    for (const [offered, answered] of [
      [[protocol], protocol],
      [['axisor.legacy', protocol], 'axisor.legacy'],
      [['axisor.v1', protocol], protocol],
    ] as const) {
      const client = new OldClient(ws, { protocols: offered })
      expect((await client.has('data_update')).data?.positions).toHaveLength(3)
      expect(client.socket.protocol).toBe(answered)
      client.socket.close()
    }
  })

  test('reads its own account, whatever userId it sends', async () => {
    const { ws, token } = await openOld({ snapshot: positionOf })
    await token('bob')
    const ann = await token('ann')
    const client = new OldClient(`${ws}?userId=id-bob`, { headers: bearer(ann) })
    await client.has('data_update')
    client.messages.length = 0
    client.socket.send(JSON.stringify({ type: 'refresh_data', userId: 'id-bob' }))
    expect((await client.has('data_update')).data?.positions.map(({ id }) => id)).toContain('position-of-ann')
    expect(JSON.stringify(client.messages)).not.toContain('position-of-bob')
    client.socket.close()
  })

  test('discards stale data by its own rule, and receives the cause', async () => {
    const { ws, token } = await openOld({
      snapshot: () => ({ ticker: readAt(Date.now() - 60_000, madeTicker()) }),
    })
    const client = new OldClient(ws, { headers: bearer(await token('ann')) })
    expect((await client.has('error')).message).toBe('Failed to fetch data')
    expect(client.error).toMatch(/^market data 60 s old/)
    expect(client.messages.map(({ type }) => type)).toEqual(['connection', 'data_update', 'error'])
    expect(client.data).toBeNull()
    client.socket.close()
  })
})

describe('the old address', () => {
  test('refuses a token in the query, no token, a wrong one and a web origin', async () => {
    const { ws, base, token, stream } = await openOld()
    const good = await token('ann')
    await expect(connect(`${ws}?token=${good}`)).rejects.toThrow('400')
    await expect(connect(`${ws}?userId=${good}`, { headers: bearer(good) })).rejects.toThrow('400')
    await expect(connect(`${ws}?userId=${ANY_USER}`)).rejects.toThrow('401')
    await expect(connect(ws, { headers: bearer('axr_'.padEnd(47, 'x')) })).rejects.toThrow('401')
    await expect(connect(ws, { headers: bearer(await token('bob', ['alerts'])) })).rejects.toThrow('403')
    await expect(connect(ws, { headers: bearer(good), origin: 'https://evil.example' })).rejects.toThrow(
      '403',
    )
    await expect(connect(`${ws}/x`, { headers: bearer(good) })).rejects.toThrow('404')
    expect(await statusOf(fetch(`${base}/ws`))).toBe(426)
    expect(await statusOf(fetch(`${base}/ws`, { method: 'HEAD' }))).toBe(426)
    const current = await connect(stream, {
      headers: bearer(good),
      protocols: ['axisor.v1', 'axisor.legacy'],
    })
    await current.receives(/"protocol":"axisor.v1"/)
  })

  test('lets a page know that its token is refused: it opens, receives the error and closes with 4401 or 4403', async () => {
    const { ws, token } = await openOld()
    const wrong = `bearer.${'axr_'.padEnd(47, 'x')}`
    const offers = [[wrong], ['axisor.legacy', wrong], ['axisor.legacy']]
    for (const protocols of offers) {
      const client = await connect(ws, { protocols })
      expect(await client.closed).toBe(4401)
      expect(client.received.map(text => JSON.parse(text))).toMatchObject([
        { type: 'error', message: 'Failed to fetch data', error: 'a valid token is required' },
      ])
    }
    const foreign = await connect(ws, { protocols: [`bearer.${await token('bob', ['alerts'])}`] })
    expect(await foreign.closed).toBe(4403)
  })

  test('closes a client with 4401 within a second after its token was revoked, and 1012 at a stop', async () => {
    const relay = await openOld()
    const revoked = await connect(relay.ws, { headers: bearer(await relay.token('ann')) })
    const [issued] = await relay.store.tokens('id-ann')
    await relay.store.revokeToken(issued?.id ?? '', T0)
    expect(await revoked.closed).toBe(4401)
    const other = await connect(relay.ws, { headers: bearer(await relay.token('bob')) })
    await other.receives(/"connection"/)
    await relay.stop()
    expect(await other.closed).toBe(1012)
  })

  test('counts its clients and messages with those of the other protocol', async () => {
    const { ws, stream, token, base } = await openOld({ limits: { perToken: 2, messageBurst: 5 } })
    const headers = bearer(await token('ann'))
    await (await connect(stream, { headers })).receives(/"connection"/)
    const old = await connect(ws, { headers })
    await old.receives(/"connection"/)
    expect(await (await connect(ws, { headers })).closed).toBe(4429)
    for (let i = 0; i < 6; i += 1) old.socket.send('{"type":"refresh_data"}')
    expect(await old.closed).toBe(4429)
    const metrics = await (
      await fetch(`${base}/metrics`, { headers: bearer(await token('ann', ['admin'])) })
    ).text()
    expect(metrics).toMatch(/axisor_relay_closed_total\{code="4429"\} 2/)
    expect(metrics).toMatch(/axisor_relay_refreshes_total 5/)
  })
})
