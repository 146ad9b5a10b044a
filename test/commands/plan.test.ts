import { describe, expect, test } from 'vitest'
import type { HttpReply } from '../../src/ports/net.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { sizeDocumentSchema } from '../../src/wire/size.ts'
import { whatIfDocumentSchema } from '../../src/wire/what-if.ts'
import { type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'
import { spoiled } from '../support/spoiled-net.ts'

async function run(argv: readonly string[], options: FakeWorldOptions = {}) {
  const world = openFakeWorld(options)
  const code = await world.run(...argv)
  expect(world.listeners()).toBe(0)
  return { code, out: world.out(), err: world.err() }
}

const TRUNCATED = (reply: HttpReply) => ({ ...reply, body: reply.body.slice(0, 20) })

describe('axisor whatif', () => {
  test('prints a document that its schema accepts, and exits 0', async () => {
    const { code, out, err } = await run(['whatif', '--price', '60000', '--json'])
    expect(err).toBe('')
    const document = whatIfDocumentSchema().parse(JSON.parse(out))
    expect(document).toMatchObject({
      origin: 'simulated',
      priceUsd: 60_000,
      wantedDistance: 0.1,
      problems: [],
    })
    expect(document.positions?.[0]).toMatchObject({
      liquidated: true,
      liquidationOrder: 1,
      marginLeftSats: 0,
    })
    expect(document.totals.positionCount).toBe(2)
    expect(code).toBe(0)
  })

  test("prints the totals of the snapshot at today's price", async () => {
    const whatIf = JSON.parse((await run(['whatif', '--move', '0', '--json'])).out)
    const snapshot = JSON.parse((await run(['snapshot', '--json'])).out)
    expect(whatIf.totals).toEqual(whatIf.today)
    expect(whatIf.totals).toMatchObject({
      equitySats: snapshot.totals.equitySats,
      equityUsd: snapshot.totals.equityUsd,
      freeSats: snapshot.account.balanceSats,
      marginSats: snapshot.totals.marginSats,
      unrealizedPlSats: snapshot.totals.unrealizedPlSats,
    })
    for (const row of whatIf.positions) {
      const same = snapshot.positions.find(({ id }: { id: string }) => id === row.id)
      expect(row).toMatchObject({
        plSats: same.unrealizedPlSats,
        markPriceUsd: same.markPriceUsd,
        liquidationDistance: same.liquidationDistance,
      })
    }
  })

  test('prints a table on a terminal, whole at 80 columns', async () => {
    const { out, code } = await run(['whatif', '--move', '-10%', '--distance', '15%'], { terminal: true })
    expect(out).toMatch(/^SIMULATED {2}simulator · live/)
    expect(out).toMatch(/WHAT IF {2}6\d,\d{3}\.\d, -10\.00% from 6\d,\d{3}\.\d/)
    expect(out).toMatch(/LIQ 1 +iso +LONG/)
    expect(out).toContain('ADD FOR 15%')
    expect(out).toContain('no order is placed')
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(88)
    expect(code).toBe(0)
  })

  test('prints what can be read, names the rest, and exits 6', async () => {
    const { out, code } = await run(['whatif', '--price', '60000', '--json'], {
      net: spoiled('/v3/futures/cross/position', TRUNCATED),
    })
    const document = whatIfDocumentSchema().parse(JSON.parse(out))
    expect(document.totals).toMatchObject({
      equitySats: null,
      equityUnknownReason: 'not all positions are read',
    })
    expect(document.problems.join()).toMatch(/UNREADABLE cross position/)
    expect(document.positions).toHaveLength(2)
    expect(code).toBe(6)
  })

  test('prints the account without positions', async () => {
    const scenario = findScenario('flat')
    if (scenario === null) throw new Error('no such scenario')
    const { out, code } = await run(['whatif', '--move', '-50%'], { exchange: { scenario }, terminal: true })
    expect(out).toContain('POSITIONS 0')
    expect(code).toBe(0)
  })

  test.each([
    [[], 'a price is missing'],
    [['--price', '60000', '--move', '5%'], '--price and --move exclude each other'],
    [['--move', '-100%'], 'not a percentage from -99% to 1000%'],
    [['--price', '0'], 'not a number from 1 to 1000000000'],
    [['--move', '5', '--distance', '100%'], 'not a percentage from 0% to 99%'],
  ])('exits 2 for %j', async (argv, message) => {
    const { code, out, err } = await run(['whatif', ...argv], { terminal: true })
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(code).toBe(2)
  })
})

describe('axisor size', () => {
  test('prints a document that its schema accepts, and exits 0', async () => {
    const { code, out } = await run(['size', '--risk', '1%', '--stop', '67000', '--json'])
    const document = sizeDocumentSchema().parse(JSON.parse(out))
    expect(document).toMatchObject({ side: 'long', riskFraction: 0.01, stopPriceUsd: 67_000, warnings: [] })
    expect(document.lossAtStopSats).toBeLessThanOrEqual(document.riskSats)
    expect(document.riskSats).toBe(Math.floor(document.equitySats / 100))
    expect(code).toBe(0)
  })

  test('prints text on a terminal, with the warning', async () => {
    const { out } = await run(['size', '--risk', '1%', '--stop', '67000', '--leverage', '90'], {
      terminal: true,
    })
    expect(out).toMatch(/^SIZE {5}LONG \d,\d{3} USD at 68,\d{3}\.\d, isolated, 90x$/m)
    expect(out).toMatch(
      /^WARNING {2}liquidation at .* comes before the stop and costs .* sat: use at most 4\dx$/m,
    )
    expect(out).toContain('no order is placed')
  })

  test.each([
    [['--stop', '67000'], '--risk is missing'],
    [['--risk', '1%'], '--stop is missing'],
    [['--risk', '101%', '--stop', '67000'], 'not a percentage above 0% and up to 100%'],
    [['--risk', '0', '--stop', '67000'], 'not a percentage above 0% and up to 100%'],
    [['--risk', '1%', '--stop', '70000', '--side', 'long'], 'the stop of a long must be below its entry'],
    [['--risk', '1%', '--stop', '66000', '--side', 'short'], 'the stop of a short must be above its entry'],
    [['--risk', '1%', '--stop', '60000', '--entry', '60000'], 'the stop is at the entry'],
  ])('refuses %j in one line and exits 2', async (argv, message) => {
    const { code, out, err } = await run(['size', ...argv], { terminal: true })
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err.trimEnd()).not.toContain('\n')
    expect(code).toBe(2)
  })

  test('exits 6 if the equity is not known', async () => {
    const { code, out, err } = await run(['size', '--risk', '1%', '--stop', '67000'], {
      net: spoiled('/v3/futures/cross/position', TRUNCATED),
      terminal: true,
    })
    expect(out).toBe('')
    expect(err).toContain('the equity is not known: not all positions are read')
    expect(code).toBe(6)
  })

  test('exits 6 the first time, while the unit of synthetic dollars is unknown, and not the second', async () => {
    const world = openFakeWorld({ knowsUnit: false })
    const argv = ['size', '--risk', '1%', '--stop', '67000']
    expect(await world.run(...argv)).toBe(6)
    expect(world.err()).toContain('the unit of the synthetic dollars is not known yet')
    expect(await world.run(...argv)).toBe(0)
  })
})

test('their schemas are printed', async () => {
  for (const name of ['whatif', 'size']) {
    const { code, out } = await run(['schema', name])
    expect(JSON.parse(out)).toMatchObject({ title: `axisor ${name} 1`, type: 'object' })
    expect(code).toBe(0)
  }
})
