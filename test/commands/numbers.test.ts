import { describe, expect, test } from 'vitest'
import type { PositionDocument, SnapshotDocument } from '../../src/wire/snapshot.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

const CALM = { exchange: { tickMs: 3_600_000 } }

function knob(world: FakeWorld, command: object): void {
  const { status, body } = world.exchange.control(JSON.stringify(command))
  if (status !== 200) throw new Error(body)
}

/** A world with one more isolated long of 10,000 USD, bought at 68,000 and 1,000 USD in profit. */
function worldWithProfit(): FakeWorld {
  const world = openFakeWorld(CALM)
  knob(world, { do: 'price', usd: 68_000 })
  knob(world, { do: 'deposit', sats: 5_000_000 })
  knob(world, { do: 'open', mode: 'isolated', side: 'buy', quantity: 10_000, leverage: 10 })
  knob(world, { do: 'price', usd: 69_000 })
  return world
}

async function snapshotOf(world: FakeWorld, ...argv: string[]): Promise<SnapshotDocument> {
  const before = world.out().length
  const code = await world.run('snapshot', '--json', ...argv)
  expect(code).toBe(0)
  return JSON.parse(world.out().slice(before)) as SnapshotDocument
}

/** The trade that `worldWithProfit` opened. */
function opened(world: FakeWorld, { positions }: SnapshotDocument): PositionDocument {
  const { id } = [...world.exchange.state.books.trades.values()].at(-1) ?? {}
  const position = positions?.find(candidate => candidate.id === id)
  if (position === undefined) throw new Error('the trade is not listed')
  return position
}

function openedId(world: FakeWorld): string {
  return [...world.exchange.state.books.trades.values()].at(-1)?.id ?? ''
}

describe('a cash-in', () => {
  test.each(['price', 'entryPrice'])(
    "leaves equity as it is, and P&L equal to the exchange's, if it moves %s",
    async moves => {
      const world = worldWithProfit()
      const before = await snapshotOf(world)
      knob(world, { do: 'cashIn', id: openedId(world), sats: 150_000, moves })
      const after = await snapshotOf(world)
      const position = opened(world, after)
      expect(position.entrySource).toBe(moves)
      expect(position.unrealizedPlSats).toBe(position.exchangePlSats)
      expect(position.warnings).not.toContain('pl-differs')
      expect(position.cashInPlSats).toBe(150_000)
      expect(position.cashInMarginSats).toBe(0)
      // The exchange rounds the moved price to its tick, and the P&L to a sat.
      expect(Math.abs((after.totals.equitySats ?? 0) - (before.totals.equitySats ?? 0))).toBeLessThan(1_000)
    },
  )
})

describe('the maintenance margin', () => {
  test.each(['net', 'gross'])('gives the same equity if the exchange reports it %s', async report => {
    const world = worldWithProfit()
    const net = await snapshotOf(world)
    knob(world, { do: 'maintenance', report })
    const document = await snapshotOf(world)
    expect(opened(world, document).maintenanceMarginBasis).toBe(report)
    expect(document.totals.equitySats).toBe(net.totals.equitySats)
  })

  test('costs equity the opening fee at the fill, and nothing more', async () => {
    const world = openFakeWorld(CALM)
    knob(world, { do: 'deposit', sats: 5_000_000 })
    const before = await snapshotOf(world)
    knob(world, { do: 'open', mode: 'isolated', side: 'buy', quantity: 10_000, leverage: 10 })
    const after = await snapshotOf(world)
    const { openingFeeSats, unrealizedPlSats } = opened(world, after)
    const change = (after.totals.equitySats ?? 0) - (before.totals.equitySats ?? 0)
    expect(openingFeeSats).toBeGreaterThan(10_000)
    expect(change).toBe((unrealizedPlSats ?? 0) - (openingFeeSats ?? 0))
  })
})

describe('a trailing stop', () => {
  test('is shown with its distance and its level', async () => {
    const world = worldWithProfit()
    knob(world, { do: 'trailing', id: openedId(world), distance: 0.05, level: 'current' })
    const position = opened(world, await snapshotOf(world))
    expect(position.stopLossTrailingDistance).toBe(0.05)
    expect(position.stopLossUsd).toBeGreaterThan(65_000)
    expect(position.warnings).not.toContain('no-stop-loss')
  })

  test('is no missing stop-loss if the exchange reports no level', async () => {
    const world = worldWithProfit()
    knob(world, { do: 'trailing', id: openedId(world), distance: 0.1 })
    const position = opened(world, await snapshotOf(world))
    expect(position).toMatchObject({ stopLossUsd: null, stopLossTrailingDistance: 0.1 })
    expect(position.warnings).not.toContain('no-stop-loss')
    const length = world.out().length
    await world.run('snapshot', '--format', 'prom')
    expect(world.out().slice(length)).toMatch(/^axisor_position_stop_loss_trailing_ratio\{.*\} 0\.1$/m)
  })
})
