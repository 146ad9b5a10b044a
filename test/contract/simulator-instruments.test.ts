import { describe, expect, it } from 'vitest'
import { TOPIC } from '../../src/simulator/protocol/topics.ts'
import { openWatched } from '../support/stream.ts'

type Row = Record<string, unknown>

describe('the knob market', () => {
  it.each([
    ['running', 'pair', '/v3/futures/isolated/trades/running', TOPIC.isolatedTrades, 'trade'],
    ['open', 'instrument', '/v3/futures/isolated/trades/open', TOPIC.isolatedTrades, 'trade'],
    ['crossOrders', 'symbol', '/v3/futures/cross/orders/open', TOPIC.crossOrders, 'order'],
  ])('adds a %s row with another %s, and publishes it', async (where, field, route, topic, member) => {
    const { world, client } = await openWatched()
    world.knob({ do: 'tick', ms: 3_600_000 })
    const before = (await world.read(route)) as Row[]
    const { id } = world.knob({ do: 'market', where, field, value: 'sol_usd', stream: 'on' })
    const after = (await world.read(route)) as Row[]
    expect(after.slice(0, -1)).toEqual(before)
    const [first] = before
    expect(Object.keys(after.at(-1) ?? {}).sort()).toEqual([...Object.keys(first ?? {}), field].sort())
    expect(after.at(-1)).toMatchObject({ id, price: 2_500, [field]: 'sol_usd' })
    const data = client.pushed(topic).at(-1)?.params?.data
    expect(data).toMatchObject({ [field]: 'sol_usd', [member]: { id, createdAt: expect.any(Number) } })
    world.knob({ do: 'row', action: 'off' })
    expect(await world.read(route)).toEqual(before)
  })

  it('makes the cross position and the ticker those of another market', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.ticker] })
    world.knob({ do: 'market', where: 'crossPosition', field: 'market', stream: 'on' })
    world.knob({ do: 'market', where: 'ticker', stream: 'on', ms: 60_000 })
    expect(await world.read('/v3/futures/cross/position')).toMatchObject({ market: 'eth_usd' })
    expect(await world.read('/v3/futures/ticker')).toMatchObject({ pair: 'eth_usd' })
    await world.clock.advance(1_000)
    expect(client.pushed(TOPIC.crossPosition)[0]?.params?.data).toMatchObject({
      pair: 'btc_usd',
      market: 'eth_usd',
      position: { market: 'eth_usd', quantity: expect.any(Number) },
    })
    expect(client.pushed(TOPIC.ticker).at(-1)?.params?.data).toMatchObject({ pair: 'eth_usd' })
    await world.clock.advance(60_000)
    expect(Object.keys((await world.read('/v3/futures/ticker')) as Row)).not.toContain('pair')
  })
})
