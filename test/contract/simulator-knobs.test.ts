import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KNOBS, knobUsage } from '../../src/simulator/control/control.ts'
import { TOPIC } from '../../src/simulator/protocol/topics.ts'
import { SCENARIOS } from '../../src/simulator/scenarios/scenarios.ts'
import { openSimulatorWorld } from '../support/simulator.ts'
import { openWatched } from '../support/stream.ts'

type Trade = Record<string, unknown>

describe('knob commands', () => {
  it.each([
    ['', 'not JSON'],
    ['[]', 'must be an object'],
    ['{"do":"dance"}', 'do must be one of tick, price'],
    ['{}', 'do must be one of'],
    ['{"do":"mute"}', 'mute needs ms'],
    ['{"do":"mute","ms":"1"}', 'ms must be a number'],
    ['{"do":"mute","ms":-1}', 'ms must be at least 0'],
    ['{"do":"mute","ms":1.5}', 'ms must be a whole number'],
    ['{"do":"mute","ms":1,"for":2}', 'mute has no parameter for'],
    ['{"do":"tick","ms":0}', 'ms must be at least 1'],
    ['{"do":"price","usd":null}', 'usd must be a number'],
    ['{"do":"status","code":200,"ms":1}', 'code must be at least 400'],
    ['{"do":"blank","what":"mind","ms":1}', 'what must be one of funding, ask'],
    ['{"do":"omit","field":"","ms":1}', 'field must be a non-empty string'],
    ['{"do":"limit","burst":0}', 'burst must be at least 1'],
    ['{"do":"close","id":"x"}', 'no running trade has the id x'],
  ])('reject %s with 400 and the reason: %s', (body, message) => {
    const reply = openSimulatorWorld().exchange.control(body)
    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.body).message).toContain(message)
  })

  it('have unique names, a description and a syntax', () => {
    expect(new Set(KNOBS.map(({ name }) => name)).size).toBe(KNOBS.length)
    for (const knob of KNOBS) expect(knob.description).not.toBe('')
    const usage = KNOBS.filter(({ name }) => ['status', 'close', 'blank'].includes(name)).map(knobUsage)
    expect(usage).toEqual([
      '{"do":"close","id"?:"…"}',
      '{"do":"status","code":n,"ms":n}',
      '{"do":"blank","what":"funding|ask|bid|quotes|prices","ms":n}',
    ])
  })
})

it('docs/simulator.md lists every knob and every scenario with its description', () => {
  const document = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
  const knobs = KNOBS.map(knob => `| \`${knobUsage(knob).replaceAll('|', '\\|')}\` | ${knob.description} |`)
  const scenarios = SCENARIOS.map(({ name, description }) => `| \`${name}\` | ${description} |`)
  expect(document.split('\n')).toEqual(expect.arrayContaining([...knobs, ...scenarios]))
})

describe('the simulator knob', () => {
  it('price executes the triggered orders immediately', async () => {
    const { world, client } = await openWatched()
    const [long] = (await world.read('/v3/futures/isolated/trades/running')) as Trade[]
    world.knob({ do: 'price', usd: 65_900 })
    await world.clock.settle()
    const events = client.pushed(TOPIC.isolatedTrades).map(({ params }) => params?.data.event)
    expect(events.sort()).toEqual(['filled', 'liquidation', 'takeprofit'])
    expect(JSON.stringify(await world.read('/v3/futures/isolated/trades/closed?limit=2'))).toContain(
      String(long?.id),
    )
    expect(await world.read('/v3/futures/ticker')).toMatchObject({ lastPrice: expect.closeTo(65_900, -2) })
  })

  it('fill fills the oldest open order of either mode and fails if there is none', async () => {
    const { world, client } = await openWatched()
    const [order] = (await world.read('/v3/futures/isolated/trades/open')) as Trade[]
    expect(world.knob({ do: 'fill' })).toEqual({ ok: true, id: order?.id })
    world.knob({ do: 'fill', mode: 'cross' })
    await world.clock.settle()
    expect(client.pushed(TOPIC.isolatedTrades)[0]?.params?.data.event).toBe('filled')
    expect(client.pushed(TOPIC.crossOrders)[0]?.params?.data.event).toBe('limit')
    expect(() => world.knob({ do: 'fill' })).toThrow('no matching open order')
  })

  it('close ends the oldest running trade', async () => {
    const { world, client } = await openWatched()
    const { id } = world.knob({ do: 'close' })
    await world.clock.settle()
    const event = client.pushed(TOPIC.isolatedTrades)[0]?.params?.data
    expect(event).toMatchObject({ event: 'closed', trade: { id, pl: expect.any(Number) } })
    const running = (await world.read('/v3/futures/isolated/trades/running')) as Trade[]
    expect(running.map(trade => trade.id)).not.toContain(id)
  })

  it('liquidate ends the trade closest to liquidation, or the cross position', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'liquidate' })
    world.knob({ do: 'liquidate', mode: 'cross' })
    await world.clock.settle()
    const trade = client.pushed(TOPIC.isolatedTrades)[0]?.params?.data.trade as Trade
    expect(Object.keys(trade).sort()).toEqual(['clientId', 'closedAt', 'closingFee', 'exitPrice', 'id'])
    expect(client.pushed(TOPIC.crossPosition).at(-1)?.params?.data.event).toBe('liquidation')
    expect(() => world.knob({ do: 'liquidate', mode: 'cross' })).toThrow('no cross position')
  })

  it.each(['funding', 'fund'])('%s settles funding immediately', async name => {
    const { world, client } = await openWatched()
    world.knob({ do: name })
    await world.clock.settle()
    const events = client.pushed(TOPIC.isolatedTrades).map(({ params }) => params?.data.event)
    expect(events).toEqual(['funding', 'funding'])
  })

  it('open opens market and limit trades and cross orders', async () => {
    const { world, client } = await openWatched('flat')
    world.knob({ do: 'open', side: 'sell', quantity: 500, leverage: 20 })
    world.knob({ do: 'open', side: 'buy', quantity: 500, price: 60_000 })
    world.knob({ do: 'transfer', sats: 1_000_000 })
    world.knob({ do: 'open', mode: 'cross', quantity: 300 })
    await world.clock.settle()
    expect(client.pushed(TOPIC.isolatedTrades).map(({ params }) => params?.data.event)).toEqual([
      'filled',
      'open',
    ])
    expect(await world.read('/v3/futures/cross/position')).toMatchObject({ quantity: 300 })
    expect(() => world.knob({ do: 'open', quantity: 500_000, leverage: 1 })).toThrow('balance')
  })

  it('withdraw pays an invoice and its fee from the balance', async () => {
    const { world, client } = await openWatched('flat')
    const { balance } = (await world.read('/v3/account')) as Trade
    world.knob({ do: 'withdraw', sats: 20_000 })
    await world.clock.settle()
    expect(await world.read('/v3/account')).toMatchObject({ balance: Number(balance) - 20_020 })
    expect(client.pushed(TOPIC.withdrawal)[0]?.params?.data).toMatchObject({ amount: 20_000, fee: 20 })
    expect(() => world.knob({ do: 'withdraw', sats: 1_000_000_000 })).toThrow('insufficient balance')
  })

  it('addMargin changes REST without a stream event', async () => {
    const { world, client } = await openWatched()
    const { id } = world.knob({ do: 'addMargin', sats: 5_000 })
    const running = (await world.read('/v3/futures/isolated/trades/running')) as Trade[]
    const trade = running.find(candidate => candidate.id === id)
    expect(trade?.margin).toBe(Number(trade?.entryMargin) - Number(trade?.sumFundingFees) + 5_000)
    expect(client.pushed(TOPIC.isolatedTrades)).toEqual([])
  })

  it('cashIn and stops change REST without a stream event', async () => {
    const { world, client } = await openWatched()
    const { id } = world.knob({ do: 'cashIn', sats: 2_000 })
    world.knob({ do: 'stops', id, stoploss: 67_000, takeprofit: 0 })
    const running = (await world.read('/v3/futures/isolated/trades/running')) as Trade[]
    expect(running.find(trade => trade.id === id)).toMatchObject({
      sumCashInPl: 0,
      sumCashInMargin: 2_000,
      stoploss: 67_000,
      takeprofit: 0,
    })
    expect(client.pushed(TOPIC.isolatedTrades)).toEqual([])
    expect(() => world.knob({ do: 'cashIn', sats: 1_000_000 })).toThrow('insufficient profit and margin')
  })

  it('tick sets the interval between price moves', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.lastPrice] })
    world.knob({ do: 'tick', ms: 100 })
    await world.clock.advance(1_000)
    expect(client.pushed(TOPIC.lastPrice).length).toBe(10)
  })
})
