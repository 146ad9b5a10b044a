import { describe, expect, it } from 'vitest'
import { TOPIC } from '../../src/simulator/protocol/topics.ts'
import { connect, openWatched } from '../support/stream.ts'

type Trade = Record<string, unknown>

describe('the knob', () => {
  it('drop cuts every socket with 1006, and new ones may come', async () => {
    const { world, client } = await openWatched()
    expect(world.knob({ do: 'drop' })).toEqual({ ok: true, cut: 1 })
    await world.clock.settle()
    expect(client.events.at(-1)).toBe('closed 1006')
    expect((await connect(world)).events).toEqual(['opened'])
  })

  it('down refuses sockets and REST until its time is over', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'down', ms: 5_000 })
    await world.clock.settle()
    expect(client.events.at(-1)).toBe('closed 1006')
    expect((await connect(world)).events).toEqual(['failed unreachable', 'closed 1006'])
    await expect(world.ask('/v3/ping')).rejects.toMatchObject({ code: 'unreachable' })
    await world.clock.advance(5_000)
    expect((await connect(world)).events).toEqual(['opened'])
    expect((await world.ask('/v3/ping')).status).toBe(200)
  })

  it('mute keeps sockets open and silent, with no reply and no pong, while REST goes on', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.ticker] })
    world.knob({ do: 'mute', ms: 10_000 })
    const heard = client.texts.length
    await expect(client.call('ping')).rejects.toThrow('no reply')
    client.socket.ping()
    world.knob({ do: 'close' })
    await world.clock.advance(9_000)
    expect(client.texts.length).toBe(heard)
    expect(client.events).toEqual(['opened'])
    expect((await world.ask('/v3/account')).status).toBe(200)
    await world.clock.advance(2_000)
    expect(client.notifications(TOPIC.ticker).length).toBeGreaterThan(0)
    expect((await client.call('ping')).result).toBe('pong')
  })

  it('garbage sends frames that cannot be read, and the socket stays open', async () => {
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

  it('slow delays replies and frames alike, in order, beyond the time-out of a client that waits less', async () => {
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
    const heard = client.texts.length
    await world.clock.advance(2_999)
    expect(client.texts.length).toBe(heard)
    expect(await outcome).toBe('timeout')
    await world.clock.advance(1)
    expect((await patient).status).toBe(200)
    expect(client.texts.length).toBeGreaterThan(heard)
  })

  it.each([
    [429, 'TOO_MANY_REQUESTS', '1'],
    [503, 'SERVICE_UNAVAILABLE', undefined],
    [500, 'INTERNAL_SERVER_ERROR', undefined],
    [401, 'UNAUTHORIZED', undefined],
  ])('status %d makes REST answer that, with a fitting body', async (code, word, retryAfter) => {
    const { world } = await openWatched()
    world.knob({ do: 'status', code, ms: 1_000 })
    const reply = await world.ask('/v3/futures/ticker')
    expect(reply.status).toBe(code)
    expect(reply.headers['retry-after']).toBe(retryAfter)
    expect(JSON.parse(reply.body)).toEqual({ code: word, message: expect.any(String) })
    await world.clock.advance(1_000)
    expect((await world.ask('/v3/futures/ticker')).status).toBe(200)
  })

  it('truncate ends replies in the middle', async () => {
    const { world } = await openWatched()
    world.knob({ do: 'truncate', ms: 1_000 })
    const { status, body } = await world.ask('/v3/account')
    expect(status).toBe(200)
    expect(() => JSON.parse(body)).toThrow()
    await world.clock.advance(1_000)
    await expect(world.read('/v3/account')).resolves.toBeDefined()
  })

  it('omit leaves a field out of every reply', async () => {
    const { world } = await openWatched()
    world.knob({ do: 'omit', field: 'liquidation', ms: 60_000 })
    expect(JSON.stringify(await world.read('/v3/futures/isolated/trades/running'))).not.toContain(
      '"liquidation"',
    )
    expect(JSON.stringify(await world.read('/v3/futures/cross/position'))).not.toContain('"liquidation"')
    await world.clock.advance(60_000)
    expect(JSON.stringify(await world.read('/v3/futures/cross/position'))).toContain('"liquidation"')
  })

  it('blank takes funding, quotes or prices out of ticker and buckets', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.ticker, TOPIC.buckets] })
    const last = (topic: string) => client.notifications(topic).at(-1)?.params?.data
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

  it('holdSnapshot delivers later what was true when it was asked, and only for the private picture', async () => {
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
    expect((await world.ask('/v3/futures/ticker')).status).toBe(200)
    await world.clock.advance(3_999)
    expect(reply).toBeNull()
    await world.clock.advance(1)
    expect((reply as Trade[] | null)?.map(({ id }) => id)).toEqual((before as Trade[]).map(({ id }) => id))
    expect(((await world.read(target)) as Trade[]).length).toBe((before as Trade[]).length - 1)
  })

  it('revoke refuses the keys in REST and on sockets until restore', async () => {
    const { world, client } = await openWatched()
    const stranger = await connect(world)
    world.knob({ do: 'revoke' })
    await world.clock.settle()
    expect(client.events).toEqual(['opened', 'closed 1008'])
    expect(stranger.events).toEqual(['opened'])
    expect((await world.ask('/v3/account')).status).toBe(401)
    await stranger.sendText(world.greeting()[0])
    expect(JSON.parse(stranger.texts[0] ?? '')).toMatchObject({ error: { data: { code: 'UNAUTHORIZED' } } })
    world.knob({ do: 'restore' })
    expect((await world.ask('/v3/account')).status).toBe(200)
  })

  it.each([300_000, -300_000])(
    'skew by %d ms moves the time of REST and stream and the signature window',
    async ms => {
      const { world, client } = await openWatched()
      world.knob({ do: 'skew', ms })
      const skewed = world.clock.nowMs() + ms
      expect((await client.call('time')).result).toEqual({ time: skewed })
      expect((await world.ask('/v3/account')).status).toBe(401)
      const unsigned = world.transport.http.get('http://127.0.0.1', '/v3/time', {}, 1_000)
      await world.clock.settle()
      const { body } = await unsigned
      expect(JSON.parse(body)).toEqual({ time: new Date(skewed).toISOString() })
    },
  )

  it('duplicate sends the last private events again, word for word', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'close' })
    await world.clock.settle()
    const [first] = client.texts.slice(-1)
    world.knob({ do: 'duplicate' })
    await world.clock.settle()
    expect(client.texts.filter(text => text === first).length).toBe(2)
  })

  it('reorder swaps the next two private events, and does not hold a single one for ever', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'reorder' })
    const first = world.knob({ do: 'open', quantity: 100 }).id
    const second = world.knob({ do: 'open', quantity: 200 }).id
    await world.clock.settle()
    const ids = () =>
      client
        .notifications(TOPIC.isolatedTrades)
        .map(({ params }) => (params?.data.trade as Trade | undefined)?.id)
    expect(ids()).toEqual([second, first])
    world.knob({ do: 'reorder' })
    const third = world.knob({ do: 'open', quantity: 300 }).id
    await world.clock.advance(4_999)
    expect(ids().length).toBe(2)
    await world.clock.advance(1)
    expect(ids()).toEqual([second, first, third])
  })

  it('partial leaves hardly more than ids in private events', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'partial', ms: 1_000 })
    const { id } = world.knob({ do: 'open', quantity: 100 })
    await world.clock.settle()
    expect(client.notifications(TOPIC.isolatedTrades)[0]?.params?.data).toEqual({
      pair: 'btc_usd',
      event: 'filled',
      trade: { id, side: 'buy', quantity: 100 },
    })
  })

  it('drop closes with a code when one is given, and refuses codes that no server may send', async () => {
    const { world, client } = await openWatched()
    expect(() => world.knob({ do: 'drop', code: 1005 })).toThrow('no server may close with 1005')
    world.knob({ do: 'drop', code: 1001 })
    await world.clock.settle()
    expect(client.events).toEqual(['opened', 'closed 1001'])
  })

  it('rpcError answers every request on the stream with an error', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'rpcError', ms: 1_000 })
    expect((await client.call('ping')).error).toMatchObject({
      code: -32603,
      data: { code: 'INTERNAL_SERVER_ERROR' },
    })
    await world.clock.advance(1_000)
    expect((await client.call('ping')).result).toBe('pong')
  })

  it('bare leaves the stamps and the budget out of replies', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'bare', ms: 1_000 })
    expect(Object.keys(await client.call('ping')).sort()).toEqual(['id', 'jsonrpc', 'result'])
  })

  it('down breaks off the replies that are under way', async () => {
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

describe('the memory door', () => {
  it('leads nowhere but to /v1', async () => {
    const { world } = await openWatched()
    const told: string[] = []
    world.transport.sockets.open('ws://127.0.0.1/v2', {
      opened: () => told.push('opened'),
      text: () => told.push('text'),
      pong: () => told.push('pong'),
      failed: error => told.push(`failed ${error.code}`),
      closed: code => told.push(`closed ${code}`),
    })
    await world.clock.settle()
    expect(told).toEqual(['failed unreachable', 'closed 1006'])
  })

  it('fails the requests under way when it is closed', async () => {
    const { world } = await openWatched()
    const reply = world.transport.http.get('http://127.0.0.1', '/v3/ping', {}, 10_000)
    const outcome = reply.catch(error => error.code)
    world.transport.http.close()
    expect(await outcome).toBe('connection-lost')
    expect((await connect(world)).events).toEqual(['opened'])
  })

  it('tells nothing to who has abandoned the socket', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'close' })
    client.socket.terminate()
    const heard = client.texts.length
    world.knob({ do: 'drop' })
    await world.clock.advance(5_000)
    expect(client.texts.length).toBe(heard)
    expect(client.events).toEqual(['opened'])
  })
})
