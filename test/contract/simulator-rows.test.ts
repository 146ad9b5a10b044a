import { describe, expect, it } from 'vitest'
import { TOPIC } from '../../src/simulator/protocol/topics.ts'
import { openSimulatorWorld, type SimulatorWorld } from '../support/simulator.ts'
import { openWatched } from '../support/stream.ts'

type Row = Record<string, unknown>

const RUNNING = '/futures/isolated/trades/running'

async function running(world: SimulatorWorld): Promise<Row[]> {
  return (await world.read(`/v3${RUNNING}`)) as Row[]
}

describe('the knob row', () => {
  it('drops a field of one row and leaves all others as they were', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'tick', ms: 3_600_000 })
    const before = await running(world)
    expect(before.length).toBeGreaterThan(1)
    world.knob({ do: 'row', route: RUNNING, row: 1, field: 'side', action: 'drop' })
    const after = await running(world)
    const { side: _, ...withoutSide } = before[1] ?? {}
    expect(after).toEqual(before.map((row, n) => (n === 1 ? withoutSide : row)))
    world.knob({ do: 'row', action: 'off' })
    expect(await running(world)).toEqual(before)
  })

  it.each([[null], ['text'], ['12.5'], [0.5], [{ nested: [1] }], [[]], [false]])(
    'sets a field of the row with the id to %j for the given time',
    async value => {
      const world = openSimulatorWorld()
      const { id } = (await running(world))[0] ?? {}
      world.knob({
        do: 'row',
        route: `/v3${RUNNING}`,
        row: id,
        field: 'quantity',
        action: 'set',
        value,
        ms: 5_000,
      })
      const changed = await running(world)
      const others = changed.filter(row => row.id !== id)
      expect(others.map(row => typeof row.quantity)).toEqual(others.map(() => 'number'))
      expect(changed.find(row => row.id === id)?.quantity).toEqual(value)
      await world.clock.advance(5_000)
      expect((await running(world)).find(row => row.id === id)?.quantity).toEqual(expect.any(Number))
    },
  )

  it('sets nested fields, whole rows, and the body, of objects, lists and pages', async () => {
    const world = openSimulatorWorld()
    const set = (route: string, rest: Row) => world.knob({ do: 'row', route, action: 'set', ...rest })
    set('/futures/ticker', { field: 'prices.0.askPrice', value: 'high' })
    expect(await world.read('/v3/futures/ticker')).toMatchObject({
      lastPrice: expect.any(Number),
      prices: expect.arrayContaining([
        expect.objectContaining({ askPrice: 'high', bidPrice: expect.any(Number) }),
      ]),
    })
    set('/futures/isolated/trades/closed', { row: 0, value: 7 })
    set('/futures/isolated/trades/closed', { row: 'body', field: 'nextCursor', value: 12 })
    expect(await world.read('/v3/futures/isolated/trades/closed')).toMatchObject({
      data: expect.arrayContaining([7, expect.objectContaining({ closed: true })]),
      nextCursor: 12,
    })
    set(RUNNING, { row: 'body', value: [] })
    expect(await world.read(`/v3${RUNNING}`)).toEqual([])
    world.knob({ do: 'row', route: '/account', action: 'drop', field: 'balance' })
    expect(Object.keys((await world.read('/v3/account')) as Row)).not.toContain('balance')
  })

  it('drops a whole row, and adds changes to those before', async () => {
    const world = openSimulatorWorld()
    const before = await running(world)
    world.knob({ do: 'row', route: RUNNING, row: 0, action: 'drop' })
    world.knob({ do: 'row', route: RUNNING, action: 'set', field: 'side', value: 'sideways' })
    const after = await running(world)
    expect(after.map(({ id }) => id)).toEqual(before.slice(1).map(({ id }) => id))
    expect(new Set(after.map(({ side }) => side))).toEqual(new Set(['sideways']))
  })

  it('adds a new row at the end of a list or page', async () => {
    const world = openSimulatorWorld()
    const value = { id: 'new', side: 'buy' }
    for (const route of [RUNNING, '/account/deposits/lightning'])
      world.knob({ do: 'row', route, row: 'new', action: 'set', value })
    expect((await running(world)).at(-1)).toEqual(value)
    const page = (await world.read('/v3/account/deposits/lightning')) as { data: Row[] }
    expect(page.data.length).toBeGreaterThan(1)
    expect(page.data.at(-1)).toEqual(value)
  })

  it('writes a raw text in place of a value', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'row', route: '/account', field: 'balance', action: 'set', raw: '1e400' })
    world.knob({ do: 'row', route: '/account', field: 'username', action: 'set', raw: '"a","username":"b"' })
    const { body } = await world.get('/v3/account')
    expect(body).toContain('"balance":1e400')
    expect(body).toContain('"username":"a","username":"b"')
    expect(JSON.parse(body)).toMatchObject({ balance: Number.POSITIVE_INFINITY, username: 'b' })
  })

  it('changes the row or the body of stream messages, and of a route at the same time', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.lastPrice] })
    const { isolatedTrades: topic, lastPrice } = TOPIC
    world.knob({ do: 'row', route: RUNNING, topic, field: 'side', action: 'set', value: 'up' })
    world.knob({ do: 'row', topic, row: 'body', field: 'event', action: 'set', value: 'exploded' })
    world.knob({ do: 'row', topic: lastPrice, field: 'lastPrice', action: 'drop' })
    world.knob({ do: 'open', quantity: 100 })
    await world.clock.advance(1_000)
    expect(client.pushed(topic)[0]?.params?.data).toMatchObject({
      event: 'exploded',
      pair: 'btc_usd',
      trade: { side: 'up', quantity: 100 },
    })
    expect(Object.keys(client.pushed(lastPrice)[0]?.params?.data ?? {})).toEqual(['time'])
    expect(new Set((await running(world)).map(({ side }) => side))).toEqual(new Set(['up']))
    world.knob({ do: 'row', topic, action: 'off' })
    world.knob({ do: 'open', quantity: 200 })
    await world.clock.settle()
    expect(client.pushed(topic)[1]?.params?.data).toMatchObject({ event: 'filled', trade: { side: 'buy' } })
    expect(new Set((await running(world)).map(({ side }) => side))).toEqual(new Set(['up']))
  })

  it.each([
    [{ action: 'drop', field: 'side' }, 'row needs route or topic'],
    [{ action: 'drop', route: '/nowhere' }, 'route must be a GET route'],
    [{ action: 'drop', topic: 'news' }, 'unknown topic news'],
    [{ action: 'set', route: RUNNING }, 'set needs value or raw'],
    [{ action: 'set', route: RUNNING, value: 1, raw: '1' }, 'set needs value or raw'],
    [{ action: 'drop', route: RUNNING, value: 1 }, 'drop takes no value'],
    [{ action: 'drop', route: RUNNING, row: 'new' }, 'a new row needs a value'],
    [{ action: 'drop', route: RUNNING, row: -1 }, 'row must be an id, an index'],
  ])('rejects %j', (command, message) => {
    expect(() => openSimulatorWorld().knob({ do: 'row', ...command })).toThrow(message)
  })
})
