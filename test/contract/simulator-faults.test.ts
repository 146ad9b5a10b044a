import { describe, expect, it } from 'vitest'
import { TOPIC } from '../../src/simulator/protocol/topics.ts'
import { connect, openWatched } from '../support/stream.ts'

type Trade = Record<string, unknown>

describe('the fault knob', () => {
  it('drop cuts every socket with 1006 and accepts new ones', async () => {
    const { world, client } = await openWatched()
    expect(world.knob({ do: 'drop' })).toEqual({ ok: true, cut: 1 })
    await world.clock.settle()
    expect(client.events.at(-1)).toBe('closed 1006')
    expect((await connect(world)).events).toEqual(['opened'])
  })

  it('down refuses sockets and REST requests for the given time', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'down', ms: 5_000 })
    await world.clock.settle()
    expect(client.events.at(-1)).toBe('closed 1006')
    expect((await connect(world)).events).toEqual(['failed unreachable', 'closed 1006'])
    await expect(world.get('/v3/ping')).rejects.toMatchObject({ code: 'unreachable' })
    await world.clock.advance(5_000)
    expect((await connect(world)).events).toEqual(['opened'])
    expect((await world.get('/v3/ping')).status).toBe(200)
  })

  it('mute keeps sockets open without events, replies or pongs while REST works', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.ticker] })
    world.knob({ do: 'mute', ms: 10_000 })
    const received = client.texts.length
    await expect(client.call('ping')).rejects.toThrow('no reply')
    client.socket.ping()
    world.knob({ do: 'close' })
    await world.clock.advance(9_000)
    expect(client.texts.length).toBe(received)
    expect(client.events).toEqual(['opened'])
    expect((await world.get('/v3/account')).status).toBe(200)
    await world.clock.advance(2_000)
    expect(client.pushed(TOPIC.ticker).length).toBeGreaterThan(0)
    expect((await client.call('ping')).result).toBe('pong')
  })

  it('garbage sends unreadable frames and keeps the socket open', async () => {
    const { world, client } = await openWatched()
    const before = client.texts.length
    world.knob({ do: 'garbage' })
    await world.clock.settle()
    const frames = client.texts.slice(before)
    const unreadable = frames.filter(text => {
      try {
        JSON.parse(text)
        return false
      } catch {
        return true
      }
    })
    expect(frames.length).toBeGreaterThanOrEqual(5)
    expect(unreadable.length).toBeGreaterThanOrEqual(2)
    expect(frames.some(text => text.includes('"surprise"'))).toBe(true)
    expect(client.events).toEqual(['opened'])
  })

  it('slow delays replies and frames, in order, beyond the timeout of a client', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'slow', ms: 3_000 })
    const quick = world.transport.http.get('http://127.0.0.1', '/v3/ping', {}, 2_000)
    const patient = world.transport.http.get(
      'http://127.0.0.1',
      '/v3/account',
      world.sign('/v3/account'),
      4_000,
    )
    const outcome = quick.catch(error => error.code)
    world.knob({ do: 'funding' })
    const received = client.texts.length
    await world.clock.advance(2_999)
    expect(client.texts.length).toBe(received)
    expect(await outcome).toBe('timeout')
    await world.clock.advance(1)
    expect((await patient).status).toBe(200)
    expect(client.texts.length).toBeGreaterThan(received)
  })

  it.each([
    [429, 'TOO_MANY_REQUESTS', '1'],
    [503, 'SERVICE_UNAVAILABLE', undefined],
    [500, 'INTERNAL_SERVER_ERROR', undefined],
    [401, 'UNAUTHORIZED', undefined],
  ])('status %d is sent by REST with the matching body', async (code, appCode, retryAfter) => {
    const { world } = await openWatched()
    world.knob({ do: 'status', code, ms: 1_000 })
    const reply = await world.get('/v3/futures/ticker')
    expect(reply.status).toBe(code)
    expect(reply.headers['retry-after']).toBe(retryAfter)
    expect(JSON.parse(reply.body)).toEqual({ code: appCode, message: expect.any(String) })
    await world.clock.advance(1_000)
    expect((await world.get('/v3/futures/ticker')).status).toBe(200)
  })

  it('truncate cuts replies off in the middle', async () => {
    const { world } = await openWatched()
    world.knob({ do: 'truncate', ms: 1_000 })
    const { status, body } = await world.get('/v3/account')
    expect(status).toBe(200)
    expect(() => JSON.parse(body)).toThrow()
    await world.clock.advance(1_000)
    await expect(world.read('/v3/account')).resolves.toBeDefined()
  })

  it('omit removes a field from every reply', async () => {
    const { world } = await openWatched()
    world.knob({ do: 'omit', field: 'liquidation', ms: 60_000 })
    expect(JSON.stringify(await world.read('/v3/futures/isolated/trades/running'))).not.toContain(
      '"liquidation"',
    )
    expect(JSON.stringify(await world.read('/v3/futures/cross/position'))).not.toContain('"liquidation"')
    await world.clock.advance(60_000)
    expect(JSON.stringify(await world.read('/v3/futures/cross/position'))).toContain('"liquidation"')
  })

  it('blank removes funding, quotes or prices from ticker and buckets', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.ticker, TOPIC.buckets] })
    const last = (topic: string) => client.pushed(topic).at(-1)?.params?.data
    world.knob({ do: 'blank', what: 'funding', ms: 1_500 })
    await world.clock.advance(1_000)
    expect(last(TOPIC.ticker)).toMatchObject({ funding: { rate: null, time: null } })
    expect(await world.read('/v3/futures/ticker')).toMatchObject({ fundingRate: null, fundingTime: null })
    world.knob({ do: 'blank', what: 'quotes', ms: 1_500 })
    await world.clock.advance(1_000)
    expect(JSON.stringify(last(TOPIC.buckets))).not.toMatch(/askPrice|bidPrice/)
    expect(await world.read('/v3/synthetic-usd/best-price')).toEqual({ askPrice: null, bidPrice: null })
    world.knob({ do: 'blank', what: 'ask', ms: 1_500 })
    expect(await world.read('/v3/synthetic-usd/best-price')).toEqual({
      askPrice: null,
      bidPrice: expect.any(Number),
    })
    world.knob({ do: 'blank', what: 'prices', ms: 1_500 })
    await world.clock.advance(1_000)
    expect(last(TOPIC.ticker)).toMatchObject({ lastPrice: null, index: null })
    await world.clock.advance(2_000)
    expect(last(TOPIC.ticker)).toMatchObject({ lastPrice: expect.any(Number), index: expect.any(Number) })
  })

  it('holdSnapshot delays replies with account state and keeps their state at request time', async () => {
    const { world } = await openWatched()
    const before = await world.read('/v3/futures/isolated/trades/running')
    world.knob({ do: 'holdSnapshot', ms: 4_000 })
    const target = '/v3/futures/isolated/trades/running'
    let reply: unknown = null
    void world.transport.http.get('http://127.0.0.1', target, world.sign(target), 10_000).then(({ body }) => {
      reply = JSON.parse(body)
    })
    await world.clock.settle()
    world.knob({ do: 'close' })
    expect((await world.get('/v3/futures/ticker')).status).toBe(200)
    await world.clock.advance(3_999)
    expect(reply).toBeNull()
    await world.clock.advance(1)
    expect((reply as Trade[] | null)?.map(({ id }) => id)).toEqual((before as Trade[]).map(({ id }) => id))
    expect(((await world.read(target)) as Trade[]).length).toBe((before as Trade[]).length - 1)
  })

  it('revoke rejects the keys in REST and on sockets until restore', async () => {
    const { world, client } = await openWatched()
    const unauthenticated = await connect(world)
    world.knob({ do: 'revoke' })
    await world.clock.settle()
    expect(client.events).toEqual(['opened', 'closed 1008'])
    expect(unauthenticated.events).toEqual(['opened'])
    expect((await world.get('/v3/account')).status).toBe(401)
    await unauthenticated.send(world.authFrames()[0])
    expect(JSON.parse(unauthenticated.texts[0] ?? '')).toMatchObject({
      error: { data: { code: 'UNAUTHORIZED' } },
    })
    world.knob({ do: 'restore' })
    expect((await world.get('/v3/account')).status).toBe(200)
  })

  it.each([300_000, -300_000])(
    'skew by %d ms moves the time of REST and stream and the signature window',
    async ms => {
      const { world, client } = await openWatched()
      world.knob({ do: 'skew', ms })
      const skewed = world.clock.nowMs() + ms
      expect((await client.call('time')).result).toEqual({ time: skewed })
      expect((await world.get('/v3/account')).status).toBe(401)
      const unsigned = world.transport.http.get('http://127.0.0.1', '/v3/time', {}, 1_000)
      await world.clock.settle()
      const { body, headers } = await unsigned
      expect(JSON.parse(body)).toEqual({ time: new Date(skewed).toISOString() })
      expect(headers.date).toBe(new Date(skewed).toUTCString())
    },
  )

  it('duplicate resends the last private events unchanged', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'close' })
    await world.clock.settle()
    const [first] = client.texts.slice(-1)
    world.knob({ do: 'duplicate' })
    await world.clock.settle()
    expect(client.texts.filter(text => text === first).length).toBe(2)
  })

  it('reorder swaps the next two private events and releases a single one after 5 s', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'reorder' })
    const first = world.knob({ do: 'open', quantity: 100 }).id
    const second = world.knob({ do: 'open', quantity: 200 }).id
    await world.clock.settle()
    const ids = () =>
      client.pushed(TOPIC.isolatedTrades).map(({ params }) => (params?.data.trade as Trade | undefined)?.id)
    expect(ids()).toEqual([second, first])
    world.knob({ do: 'reorder' })
    const third = world.knob({ do: 'open', quantity: 300 }).id
    await world.clock.advance(4_999)
    expect(ids().length).toBe(2)
    await world.clock.advance(1)
    expect(ids()).toEqual([second, first, third])
  })

  it('partial reduces private events to id, side and quantity', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'partial', ms: 1_000 })
    const { id } = world.knob({ do: 'open', quantity: 100 })
    await world.clock.settle()
    expect(client.pushed(TOPIC.isolatedTrades)[0]?.params?.data).toEqual({
      pair: 'btc_usd',
      event: 'filled',
      trade: { id, side: 'buy', quantity: 100 },
    })
  })

  it('drop closes with a given code and rejects reserved codes', async () => {
    const { world, client } = await openWatched()
    expect(() => world.knob({ do: 'drop', code: 1005 })).toThrow('close code 1005 is reserved')
    world.knob({ do: 'drop', code: 1001 })
    await world.clock.settle()
    expect(client.events).toEqual(['opened', 'closed 1001'])
  })

  it('rpcError answers every stream request with an error', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'rpcError', ms: 1_000 })
    expect((await client.call('ping')).error).toMatchObject({
      code: -32603,
      data: { code: 'INTERNAL_SERVER_ERROR' },
    })
    await world.clock.advance(1_000)
    expect((await client.call('ping')).result).toBe('pong')
  })

  it('bare omits timestamps and rate limit from replies', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'bare', ms: 1_000 })
    expect(Object.keys(await client.call('ping')).sort()).toEqual(['id', 'jsonrpc', 'result'])
  })

  it('down aborts pending replies', async () => {
    const { world } = await openWatched()
    world.knob({ do: 'slow', ms: 2_000 })
    const reply = world.transport.http.get('http://127.0.0.1', '/v3/ping', {}, 10_000)
    const outcome = reply.catch(error => error.code)
    await world.clock.advance(1_000)
    world.knob({ do: 'down', ms: 5_000 })
    await world.clock.advance(1_000)
    expect(await outcome).toBe('connection-lost')
  })
})
