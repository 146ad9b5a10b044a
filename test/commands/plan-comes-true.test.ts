import { expect, test } from 'vitest'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

/** A world whose price stays where it is put. */
function quietWorld(): FakeWorld {
  const world = openFakeWorld()
  world.exchange.control('{"do":"tick","ms":3600000}')
  return world
}

async function document(world: FakeWorld, ...argv: readonly string[]) {
  const before = world.printed.length
  expect(await world.run(...argv, '--json')).toBe(0)
  return JSON.parse(world.printed.slice(before).join(''))
}

test.each([66_820, 69_000, 70_500])('the account is what whatif printed once the price is %i', async usd => {
  const world = quietWorld()
  // The other order is below all of these prices.
  world.exchange.control('{"do":"fill","mode":"cross"}')
  const expected = await document(world, 'whatif', '--price', String(usd))
  world.exchange.control(JSON.stringify({ do: 'price', usd }))
  const actual = await document(world, 'snapshot')
  expect(actual.market.lastPriceUsd).toBe(usd)
  expect(expected.ordersOnWay).toBe(0)
  expect(actual.totals.positionCount).toBe(expected.totals.positionCount)
  // The exchange's spread stays as it is, while whatif keeps it in proportion; the closing fee is that of the exit price.
  expect(Math.abs(actual.totals.equitySats - expected.totals.equitySats)).toBeLessThan(500)
  expect(Math.abs(actual.account.balanceSats - expected.totals.freeSats)).toBeLessThan(100)
  for (const row of actual.positions) {
    const then = expected.positions.find(({ id }: { id: string }) => id === row.id)
    expect(then.liquidated).toBe(false)
    expect(Math.abs(then.plSats - row.unrealizedPlSats)).toBeLessThan(300)
    expect(then.liquidationDistance).toBeCloseTo(row.liquidationDistance, 4)
  }
})

test('a position is as far from its liquidation as wanted once the margin is added', async () => {
  const world = quietWorld()
  const { positions } = await document(world, 'whatif', '--move', '0', '--distance', '10%')
  const near = positions.find(
    ({ liquidationDistance }: { liquidationDistance: number }) => liquidationDistance < 0.1,
  )
  world.exchange.control(JSON.stringify({ do: 'addMargin', id: near.id, sats: near.marginToAddSats }))
  const { positions: rows } = await document(world, 'positions')
  const row = rows.find(({ id }: { id: string }) => id === near.id)
  expect(row.liquidationDistance).toBeGreaterThanOrEqual(0.1)
  expect(row.liquidationDistance).toBeLessThan(0.10002)
})

test('a trade of the printed size has the printed margin, reserve and liquidation price', async () => {
  const world = quietWorld()
  const size = await document(world, 'size', '--risk', '1%', '--stop', '67000')
  world.exchange.control(
    JSON.stringify({ do: 'open', side: 'buy', quantity: size.quantityUsd, leverage: size.leverage }),
  )
  const { positions } = await document(world, 'positions')
  const opened = positions.find(
    ({ quantityUsd }: { quantityUsd: number }) => quantityUsd === size.quantityUsd,
  )
  expect(opened).toMatchObject({
    entryPriceUsd: size.entryPriceUsd,
    marginSats: size.marginSats,
    liquidationPriceUsd: size.liquidationPriceUsd,
    openingFeeSats: size.openingFeeSats,
  })
  expect(opened.maintenanceMarginSats).toBe(size.reserveSats - size.openingFeeSats)
})
