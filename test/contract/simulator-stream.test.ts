import { describe, expect, it } from 'vitest'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { READ_SCOPES, WRITE_SCOPES } from '../../src/simulator/protocol/scopes.ts'
import { PRIVATE_TOPICS, TOPIC, TOPICS } from '../../src/simulator/protocol/topics.ts'
import { openSimulatorWorld, type SimulatorWorld } from '../support/simulator.ts'
import { connect } from '../support/stream.ts'

function authParams(
  world: SimulatorWorld,
  change: Record<string, unknown> = {},
  credentials = world.exchange.credentials,
) {
  const { key, secret, passphrase } = credentials
  const timestamp = (change.timestamp as number | undefined) ?? world.clock.nowMs()
  const nonce = (change.nonce as string | undefined) ?? `nonce-${Math.abs(timestamp)}-a`
  const signature = hmacSha256(secret, `${timestamp}${nonce}`)
  return { key, signature, timestamp, passphrase, nonce, ...change }
}

async function open(options: Parameters<typeof openSimulatorWorld>[0] = {}) {
  const world = openSimulatorWorld(options)
  return { world, client: await connect(world) }
}

describe('stream of the simulator', () => {
  it('replies to hello and marks itself as simulated', async () => {
    const { client } = await open()
    const { result } = await client.call('hello', { clientName: 'test', clientVersion: '1' })
    expect(result).toEqual({ version: '1.0.0', simulated: true })
  })

  it('answers ping, and time in milliseconds', async () => {
    const { world, client } = await open()
    expect((await client.call('ping')).result).toBe('pong')
    expect((await client.call('time')).result).toEqual({ time: world.clock.nowMs() })
  })

  it('adds timestamps and the remaining rate limit to every reply', async () => {
    const { client } = await open()
    const { usIn, usOut, usDiff, rateLimit } = await client.call('ping')
    expect(Number(usOut) - Number(usIn)).toBe(usDiff)
    expect(rateLimit).toEqual({ remaining: 9, limit: 10 })
    expect((await client.call('ping')).rateLimit).toEqual({ remaining: 8, limit: 10 })
  })

  it.each([7, 'seven', 0])('echoes the id %j with its type', async id => {
    const { client } = await open()
    await client.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }))
    expect(JSON.parse(client.texts[0] ?? '')).toMatchObject({ id, result: 'pong' })
  })

  it.each([
    ['{"jsonrpc":"2.0","id":1,', -32700, null],
    ['[]', -32600, null],
    ['{"id":1,"method":"ping"}', -32600, 1],
    ['{"jsonrpc":"2.0","method":"ping"}', -32600, null],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
    ['{"jsonrpc":"2.0","id":"a"}', -32600, 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":"order"}', -32601, 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":"subscribe","params":[]}', -32602, 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":"subscribe"}', -32602, 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":"subscribe","params":{"topics":[]}}', -32602, 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":"subscribe","params":{"topics":[1]}}', -32602, 'a'],
    ['{"jsonrpc":"2.0","id":"a","method":"authenticate","params":{}}', -32602, 'a'],
  ])('answers %s with error %d', async (text, code, id) => {
    const { client } = await open()
    await client.send(text)
    expect(JSON.parse(client.texts[0] ?? '')).toMatchObject({
      jsonrpc: '2.0',
      id,
      error: { code, message: expect.any(String), data: { code: expect.stringMatching(/^[A-Z_]+$/) } },
    })
  })

  it('has 26 topics, 5 of them private, and accepts unauthenticated subscriptions to the others', async () => {
    expect(TOPICS.size).toBe(26)
    expect(PRIVATE_TOPICS.size).toBe(5)
    const { client } = await open()
    const topics = [...TOPICS].filter(topic => !PRIVATE_TOPICS.has(topic))
    expect((await client.call('subscribe', { topics })).result).toEqual({ subscribed: topics })
  })

  it('rejects a request with an unknown topic and subscribes to none of it', async () => {
    const { client } = await open()
    const { error } = await client.call('subscribe', {
      topics: [TOPIC.ticker, 'futures/inverse/btc_usd/tides'],
    })
    expect(error).toMatchObject({ data: { code: 'UNKNOWN_TOPIC' } })
    expect((await client.call('unsubscribeAll')).result).toEqual({ unsubscribed: [] })
  })

  it.each([...PRIVATE_TOPICS.keys()])('rejects the private topic %s without authentication', async topic => {
    const { client } = await open()
    expect((await client.call('subscribe', { topics: [topic] })).error?.data.code).toBe('UNAUTHORIZED')
  })

  it('rejects a private topic whose scope the key lacks', async () => {
    const credentials = { key: 'narrow', secret: 's', passphrase: 'p' }
    const { world, client } = await open({ extraKeys: [{ credentials, scopes: ['futures:isolated:read'] }] })
    expect((await client.call('authenticate', authParams(world, {}, credentials))).result).toEqual({
      authenticated: true,
      permissions: ['futures:isolated:read'],
    })
    expect((await client.call('subscribe', { topics: [TOPIC.isolatedTrades] })).error).toBeUndefined()
    expect((await client.call('subscribe', { topics: [TOPIC.crossOrders] })).error?.data.code).toBe(
      'FORBIDDEN',
    )
  })

  it('answers whoami only after authentication, with the permissions of the key', async () => {
    const { world, client } = await open()
    expect((await client.call('whoami')).error?.data.code).toBe('UNAUTHORIZED')
    const reply = await client.call('authenticate', authParams(world, {}, world.exchange.writeCredentials))
    const permissions = [...READ_SCOPES, ...WRITE_SCOPES]
    expect(reply.result).toEqual({ authenticated: true, permissions })
    expect((await client.call('whoami')).result).toEqual({
      apiKey: world.exchange.writeCredentials.key,
      userId: world.exchange.state.books.userId,
      permissions,
    })
  })

  it.each([
    ['an unknown key', { key: 'unknown' }],
    ['a wrong passphrase', { passphrase: 'wrong' }],
    ['a wrong signature', { signature: 'AAAA' }],
    ['a timestamp 31 s early', { timestamp: Date.UTC(2026, 10, 23, 18) - 31_000 }],
    ['a timestamp 31 s late', { timestamp: Date.UTC(2026, 10, 23, 18) + 31_000 }],
  ])('rejects %s', async (_, change) => {
    const { world, client } = await open()
    expect((await client.call('authenticate', authParams(world, change))).error?.data.code).toBe(
      'UNAUTHORIZED',
    )
    expect((await client.call('whoami')).error).toBeDefined()
  })

  it.each([7, 129])('rejects a nonce of %d characters', async length => {
    const { world, client } = await open()
    const { error } = await client.call('authenticate', authParams(world, { nonce: 'n'.repeat(length) }))
    expect(error?.code).toBe(-32602)
  })

  it('rejects a timestamp that is not a number', async () => {
    const { world, client } = await open()
    const { error } = await client.call('authenticate', {
      ...authParams(world),
      timestamp: String(world.clock.nowMs()),
    })
    expect(error?.code).toBe(-32602)
  })

  it('rejects a reused nonce, on another socket too', async () => {
    const { world, client } = await open()
    const params = authParams(world)
    expect((await client.call('authenticate', params)).result?.authenticated).toBe(true)
    expect((await client.call('authenticate', params)).error?.data.code).toBe('UNAUTHORIZED')
    expect((await (await connect(world)).call('authenticate', params)).error?.message).toContain('nonce')
  })

  it('unsubscribes from subscribed topics only', async () => {
    const { world, client } = await open()
    await client.call('subscribe', { topics: [TOPIC.ticker, TOPIC.index] })
    const { result } = await client.call('unsubscribe', { topics: [TOPIC.ticker, TOPIC.lastPrice] })
    expect(result).toEqual({ unsubscribed: [TOPIC.ticker] })
    await world.clock.advance(1_000)
    expect(client.pushed(TOPIC.ticker)).toEqual([])
    expect(client.pushed(TOPIC.index).length).toBe(1)
    expect((await client.call('unsubscribeAll')).result).toEqual({ unsubscribed: [TOPIC.index] })
  })

  it('rejects the eleventh message of a second and recovers', async () => {
    const { world, client } = await open()
    for (let n = 0; n < 10; n++) expect((await client.call('ping')).error).toBeUndefined()
    expect((await client.call('ping')).error?.data.code).toBe('TOO_MANY_REQUESTS')
    await world.clock.advance(100)
    expect((await client.call('ping')).result).toBe('pong')
  })

  it('closes the socket of a client that ignores the rate limit', async () => {
    const { client } = await open()
    for (let n = 0; n < 70; n++) await client.send('{}')
    expect(client.events).toEqual(['opened', 'closed 1008'])
  })

  it('answers a WebSocket ping', async () => {
    const { world, client } = await open()
    client.socket.ping()
    await world.clock.settle()
    expect(client.events).toEqual(['opened', 'pong'])
  })

  it('drops the session of a disconnected client', async () => {
    const { world, client } = await open()
    await client.call('subscribe', { topics: [TOPIC.ticker] })
    expect(world.exchange.connections()).toBe(1)
    client.socket.terminate()
    await world.clock.advance(2_000)
    expect(world.exchange.connections()).toBe(0)
    expect(client.pushed(TOPIC.ticker)).toEqual([])
  })
})

describe('stream messages', () => {
  it('publish the market on every tick, with times in milliseconds', async () => {
    const { world, client } = await open()
    await client.call('subscribe', { topics: [...TOPICS].filter(topic => !PRIVATE_TOPICS.has(topic)) })
    await world.clock.advance(1_000)
    const time = world.clock.nowMs()
    const data = (topic: string) => client.pushed(topic).at(-1)?.params?.data
    expect(data(TOPIC.ticker)).toEqual({
      time,
      lastPrice: expect.any(Number),
      index: expect.any(Number),
      funding: { rate: expect.any(Number), time: Date.UTC(2026, 10, 24) },
    })
    expect(data(TOPIC.lastPrice)).toEqual({ time, lastPrice: expect.any(Number) })
    expect(data(TOPIC.index)).toEqual({ time, index: expect.any(Number) })
    expect(data(TOPIC.buckets)).toEqual({
      time,
      buckets: Array.from({ length: 5 }, () => ({
        minSize: expect.any(Number),
        maxSize: expect.any(Number),
        askPrice: expect.any(Number),
        bidPrice: expect.any(Number),
      })),
    })
    expect(data('futures/inverse/btc_usd/ohlc/1month')).toEqual({
      time: Date.UTC(2026, 10, 1),
      open: expect.any(Number),
      high: expect.any(Number),
      low: expect.any(Number),
      close: data(TOPIC.lastPrice)?.lastPrice,
      volume: expect.any(Number),
    })
    expect(client.texts.length).toBe(1 + 4 + 15)
  })

  it('publish every funding settlement and the trades that paid it', async () => {
    const { world, client } = await open()
    await client.signIn()
    await client.call('subscribe', { topics: [TOPIC.funding] })
    world.knob({ do: 'tick', ms: 60_000 })
    await world.clock.advance(6 * 3_600_000)
    expect(client.pushed(TOPIC.funding)).toEqual([
      expect.objectContaining({
        params: {
          topic: TOPIC.funding,
          data: { pair: 'btc_usd', current: { rate: expect.any(Number), time: Date.UTC(2026, 10, 24, 8) } },
        },
      }),
    ])
    const events = [...client.pushed(TOPIC.isolatedTrades), ...client.pushed(TOPIC.crossPosition)]
    expect(events.filter(({ params }) => params?.data.event === 'funding').length).toBeGreaterThan(1)
  })

  it('publish a deposit with the resulting balance', async () => {
    const { world, client } = await open()
    await client.signIn()
    world.knob({ do: 'deposit', sats: 1_000 })
    await world.clock.settle()
    expect(client.pushed(TOPIC.deposit)[0]?.params?.data).toEqual({
      currency: 'btc',
      network: 'lightning',
      id: expect.any(String),
      amount: 1_000,
      balance: world.exchange.state.books.balanceSats,
      status: 'confirmed',
    })
  })

  it('publish added and removed announcements', async () => {
    const { world, client } = await open()
    await client.call('subscribe', { topics: [TOPIC.announcements] })
    const { id } = world.knob({ do: 'announce', title: 'Maintenance' })
    world.knob({ do: 'announce', id })
    await world.clock.settle()
    expect(client.pushed(TOPIC.announcements).map(({ params }) => params?.data)).toEqual([
      { id, title: 'Maintenance', message: expect.any(String), link: null },
      { id },
    ])
  })

  it('publish a thousand times per second with a tick of 1 ms', async () => {
    const { world, client } = await open()
    await client.call('subscribe', { topics: [TOPIC.lastPrice] })
    world.knob({ do: 'tick', ms: 1 })
    await world.clock.advance(1_000)
    expect(client.pushed(TOPIC.lastPrice).length).toBe(1_000)
  })
})
