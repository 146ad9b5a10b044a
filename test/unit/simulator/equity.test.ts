import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findScenario } from '../../../src/simulator/scenarios/scenarios.ts'
import { openSimulatorWorld, type SimulatorWorld } from '../../support/simulator.ts'

type Row = Record<string, number> & { readonly id: unknown }

const RUNNING = '/v3/futures/isolated/trades/running'

/** What the account is worth by the values that REST reports (reference 4.2). Time must not advance during the read. */
async function reportedEquity(world: SimulatorWorld): Promise<number> {
  const { balance } = (await world.read('/v3/account')) as Row
  const running = (await world.read(RUNNING)) as Row[]
  const open = (await world.read('/v3/futures/isolated/trades/open')) as Row[]
  const cross = (await world.read('/v3/futures/cross/position')) as Row
  const held = [...running, ...open].map(
    row => Number(row.margin) + Number(row.maintenanceMargin) + Number(row.pl),
  )
  return [balance, cross.margin, cross.deltaPl, ...held].reduce<number>((sum, each) => sum + Number(each), 0)
}

function openQuietWorld(name: string): SimulatorWorld {
  const scenario = findScenario(name)
  if (scenario === null) throw new Error(`no scenario ${name}`)
  const world = openSimulatorWorld({ scenario })
  world.knob({ do: 'tick', ms: 3_600_000 })
  return world
}

async function tradeOf(world: SimulatorWorld, id: unknown): Promise<Row> {
  const trade = ((await world.read(RUNNING)) as Row[]).find(each => each.id === id)
  if (trade === undefined) throw new Error(`no running trade ${id}`)
  return trade
}

describe('the reported maintenance margin', () => {
  it.each([
    [60, 60_000, 10, 210, 110],
    [1, 100_000, 100, 2, 1],
  ])('of %i USD at %i and %ix is %i sats before the fill and %i after it', async (...values) => {
    const [quantity, price, leverage, before, after] = values
    const world = openQuietWorld('flat')
    // Far enough above the limit that it does not fill.
    world.knob({ do: 'price', usd: price * 1.01 })
    const { id } = world.knob({ do: 'open', quantity, price, leverage })
    const [order] = (await world.read('/v3/futures/isolated/trades/open')) as Row[]
    expect(order).toMatchObject({ id, maintenanceMargin: before, openingFee: 0 })
    world.knob({ do: 'fill', id })
    expect(await tradeOf(world, id)).toMatchObject({ maintenanceMargin: after, openingFee: before - after })
    world.knob({ do: 'maintenance', report: 'gross' })
    expect(await tradeOf(world, id)).toMatchObject({ maintenanceMargin: before, openingFee: before - after })
  })
})

describe('the reported equity', () => {
  it('loses exactly the opening fee and the spread when a trade is opened', async () => {
    const world = openQuietWorld('flat')
    const before = await reportedEquity(world)
    const { id } = world.knob({ do: 'open', quantity: 5_000, leverage: 20 })
    const { openingFee, pl } = await tradeOf(world, id)
    expect(openingFee).toBeGreaterThan(0)
    expect(await reportedEquity(world)).toBe(before - Number(openingFee) + Number(pl))
  })

  it('loses exactly the closing fee when a trade is closed', async () => {
    const world = openQuietWorld('calm')
    const before = await reportedEquity(world)
    const { id } = world.knob({ do: 'close' })
    const { data } = (await world.read('/v3/futures/isolated/trades/closed?limit=1')) as { data: Row[] }
    expect(data[0]?.id).toBe(id)
    expect(await reportedEquity(world)).toBe(before - Number(data[0]?.closingFee))
  })

  it('stays within a sat per cash-in when margin is added or cash is taken out, at any price', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 66_500, max: 71_500 }),
        fc.array(
          fc.oneof(
            fc.record({
              do: fc.constant('cashIn'),
              sats: fc.integer({ min: 1, max: 40_000 }),
              moves: fc.constantFrom('price', 'entryPrice'),
            }),
            fc.record({ do: fc.constant('addMargin'), sats: fc.integer({ min: 1, max: 40_000 }) }),
          ),
          { maxLength: 6 },
        ),
        async (usd, commands) => {
          const world = openQuietWorld('calm')
          world.knob({ do: 'price', usd })
          const before = await reportedEquity(world)
          for (const command of commands) world.exchange.control(JSON.stringify(command))
          expect(Math.abs((await reportedEquity(world)) - before)).toBeLessThanOrEqual(commands.length)
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('a cash-in', () => {
  it.each([
    ['price', 'entryPrice'],
    ['entryPrice', 'price'],
  ] as const)(
    'that moves %s leaves %s, reports its sums, and pl counts from what moved',
    async (moves, other) => {
      const world = openQuietWorld('flat')
      const { id } = world.knob({ do: 'open', quantity: 10_000, leverage: 10 })
      const { price, entryMargin, margin } = await tradeOf(world, id)
      world.knob({ do: 'price', usd: Number(price) * 1.05 })
      const { pl } = await tradeOf(world, id)
      world.knob({ do: 'cashIn', id, sats: Number(pl) + 500, moves })
      const after = await tradeOf(world, id)
      expect(after).toMatchObject({
        [other]: price,
        entryMargin,
        margin: Number(margin) - 500,
        sumCashInPl: pl,
        sumCashInMargin: 500,
      })
      expect(after[moves]).toBeGreaterThan(Number(price) * 1.04)
      expect(Math.abs(Number(after.pl))).toBeLessThanOrEqual(1)
    },
  )
})

describe('a trailing stop-loss', () => {
  it('is reported with its distance, and with 0 or its current level', async () => {
    const world = openQuietWorld('calm')
    const { id, level } = world.knob({ do: 'trailing' })
    expect(await tradeOf(world, id)).toMatchObject({ stoploss: 0, stoplossTrailingDistance: 0.1 })
    world.knob({ do: 'trailing', id, distance: 0.1, level: 'current' })
    expect(await tradeOf(world, id)).toMatchObject({ stoploss: level, stoplossTrailingDistance: 0.1 })
    world.knob({ do: 'trailing', id, distance: 0 })
    expect(await tradeOf(world, id)).toMatchObject({ stoploss: 0, stoplossTrailingDistance: 0 })
    world.knob({ do: 'trailing', id })
    world.knob({ do: 'stops', id, stoploss: 50_000 })
    expect(await tradeOf(world, id)).toMatchObject({ stoploss: 50_000, stoplossTrailingDistance: 0 })
  })
})
