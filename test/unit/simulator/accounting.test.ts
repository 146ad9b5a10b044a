import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../../src/simulator/scenarios/scenarios.ts'
import { allRows, holdings } from '../../support/books-law.ts'
import { BOOKED_KNOBS, exchangeCommands } from '../../support/exchange-commands.ts'
import { openSimulatorWorld } from '../../support/simulator.ts'

describe('accounting of the simulator', () => {
  it.each(SCENARIOS.map(scenario => [scenario.name, scenario] as const))(
    'starts scenario %s with funds equal to the sum of its history',
    async (_, scenario) => {
      const world = openSimulatorWorld({ scenario })
      world.knob({ do: 'tick', ms: 3_600_000 })
      const { held, expected } = await holdings(world)
      expect(held).toBe(expected)
      expect(world.exchange.state.books.balanceSats).toBeGreaterThan(100_000)
    },
  )

  it('keeps funds equal to the sum of the history after any sequence of prices and events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10_000 }),
        exchangeCommands(BOOKED_KNOBS),
        async (seed, commands) => {
          const world = openSimulatorWorld({ seed })
          for (const command of commands) {
            await world.clock.advance(20_000)
            world.exchange.control(JSON.stringify(command))
          }
          world.knob({ do: 'tick', ms: 3_600_000 })
          const { held, expected } = await holdings(world)
          expect(held).toBe(expected)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('keeps funds equal to the sum of the history after a busy day, without negative amounts', async () => {
    const world = openSimulatorWorld({ seed: 3 })
    world.knob({ do: 'tick', ms: 15_000 })
    await world.clock.advance(24 * 3_600_000)
    world.knob({ do: 'tick', ms: 3_600_000 })
    const { held, expected } = await holdings(world)
    expect(held).toBe(expected)
    const closed = await allRows(world, '/futures/isolated/trades/closed')
    expect(closed.length).toBeGreaterThan(100)
    for (const { openingFee, closingFee, margin, pl } of closed) {
      expect(openingFee).toBeGreaterThan(0)
      expect(closingFee).toBeGreaterThanOrEqual(0)
      expect(pl).toBeGreaterThanOrEqual(-Number(margin))
    }
    expect(world.exchange.state.books.balanceSats).toBeGreaterThanOrEqual(0)
  })

  it('updates the ledger before publishing an event', async () => {
    const world = openSimulatorWorld({ seed: 5 })
    const { exchange, clock } = world
    const { books } = exchange.state
    const seen: Record<string, number> = {}
    exchange.state.market.jumpTo(clock.nowMs(), 68_420)
    const check = (text: string) => {
      const { topic, data } = JSON.parse(text).params ?? {}
      if (data?.trade !== undefined) {
        const { id } = data.trade
        seen[data.event] = (seen[data.event] ?? 0) + 1
        if (data.event === 'open') expect(books.trades.get(id)?.state).toBe('open')
        else if (data.event === 'filled') expect(books.trades.get(id)?.state).toBe('running')
        else if (data.event === 'funding') expect(books.trades.get(id)?.marginSats).toBe(data.trade.margin)
        else expect(books.trades.has(id)).toBe(false)
      }
      if (data?.position !== undefined) {
        seen[`cross ${data.event}`] = (seen[`cross ${data.event}`] ?? 0) + 1
        expect(books.cross).toMatchObject({
          quantityUsd: data.position.quantity,
          marginSats: data.position.margin,
          updatedAt: data.position.updatedAt,
        })
      }
      if (topic === 'wallet/deposit') {
        seen.deposit = (seen.deposit ?? 0) + 1
        expect(data.balance).toBe(books.balanceSats)
      }
    }
    const session = exchange.openSession({ send: check, close: () => {}, cut: () => {} })
    authenticate(world, session)
    await clock.advance(4 * 3_600_000)
    for (const command of [{ do: 'funding' }, ...BOOKED_KNOBS, { do: 'price', usd: 60_000 }])
      exchange.control(JSON.stringify(command))
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining([
        'open',
        'filled',
        'closed',
        'funding',
        'liquidation',
        'cross new',
        'cross funding',
        'deposit',
      ]),
    )
  })

  it('reproduces the same stream for the same seed', async () => {
    const run = async (seed: number) => {
      const world = openSimulatorWorld({ seed })
      const texts: string[] = []
      const session = world.exchange.openSession({
        send: text => texts.push(text),
        close: () => {},
        cut: () => {},
      })
      authenticate(world, session)
      await world.clock.advance(15 * 60_000)
      return texts.filter(text => !text.includes('usIn'))
    }
    const first = await run(11)
    expect(first.length).toBeGreaterThan(20)
    expect(await run(11)).toEqual(first)
    expect(await run(12)).not.toEqual(first)
  })

  it('publishes a private event about every minute', async () => {
    const world = openSimulatorWorld({ seed: 2 })
    const times: number[] = []
    const send = (text: string) => {
      if (text.includes('isolated/trades') || text.includes('cross/') || text.includes('wallet/'))
        times.push(world.clock.nowMs())
    }
    const session = world.exchange.openSession({ send, close: () => {}, cut: () => {} })
    authenticate(world, session)
    await world.clock.advance(2 * 3_600_000)
    expect(new Set(times).size).toBeGreaterThan(100)
  })
})

function authenticate(
  world: ReturnType<typeof openSimulatorWorld>,
  session: { receive(text: string): void },
): void {
  for (const frame of world.authFrames()) session.receive(frame)
}
