import { describe, expect, test } from 'vitest'
import { bugExitCode } from '../../src/commands/run.ts'
import { breachesOf } from '../../src/commands/views/check-limits.ts'
import { nagiosResult } from '../../src/commands/views/nagios.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { madeDocument, madePositionDocument } from '../support/sample-document.ts'

const LIMITS = { liquidationDistance: 0.05, maxAgeMs: 30_000, minEquitySats: null }

describe('axisor check', () => {
  test('exits 9 with the reason for a position near liquidation', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--liq', '5')).toBe(9)
    expect(world.out()).toMatch(
      /^SIMULATED BREACHED isolated long 10000 USD is 2\.\d\d% from liquidation, limit 5%\n$/,
    )
    expect(world.err()).toBe('')
  })

  test('exits 0 without a breach', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--liq', '1', '--min-equity', '1000000')).toBe(0)
    expect(world.out()).toBe('SIMULATED OK\n')
  })

  test('accepts an account without positions', async () => {
    const scenario = findScenario('flat')
    if (scenario === null) throw new Error('no such scenario')
    const world = openFakeWorld({ exchange: { scenario } })
    expect(await world.run('check')).toBe(0)
  })

  test('exits 9 below the minimum equity', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--liq', '1', '--min-equity', '99000000')).toBe(9)
    expect(world.out()).toMatch(/BREACHED equity is \d+ sat, limit 99000000 sat/)
  })

  test('prints limits and breaches with --json', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--json')).toBe(9)
    expect(JSON.parse(world.out())).toMatchObject({
      ok: false,
      origin: 'simulated',
      limits: { liquidationDistance: 0.05, maxAgeMs: 30_000, minEquitySats: null },
      breaches: [{ limit: 'liq' }],
    })
  })

  test('exits with the codes of a monitoring plugin with --nagios, and prints its performance data', async () => {
    const near = openFakeWorld()
    expect(await near.run('check', '--nagios', '--liq', '5', '--min-equity', '1000')).toBe(2)
    expect(near.out()).toMatch(
      /^AXISOR CRITICAL - SIMULATED: isolated long 10000 USD is 2\.\d\d% from liquidation, limit 5% \| distance=2\.\d\d%;;5:;0 age=\d\.\ds;;30;0 equity_sats=\d+;;1000:\n$/,
    )
    const far = openFakeWorld()
    expect(await far.run('check', '--nagios', '--liq', '1')).toBe(0)
    expect(far.out()).toMatch(/^AXISOR OK - SIMULATED: all limits hold \| distance=2/)
  })

  test("exits 3 with --nagios if the account or a value can't be read", async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"status","code":503,"ms":600000}')
    expect(await world.run('check', '--nagios')).toBe(3)
    expect(world.out()).toMatch(/^AXISOR UNKNOWN - [^\n|]+\n$/)
    expect(world.err()).toBe('')
    const unreadable = { ...madePositionDocument({}), liquidationDistance: null }
    const document = { ...madeDocument(), positions: [unreadable] }
    const checked = { document, limits: LIMITS, breaches: breachesOf(document, LIMITS), json: false }
    expect(nagiosResult(checked)).toMatchObject({
      exitCode: 3,
      text: expect.not.stringContaining('distance='),
    })
  })

  test('a breach beside an unknown value is critical, and foreign text adds no performance data', () => {
    const breaches = [
      { limit: 'liq', positionId: null, reason: 'unknown', message: 'a | b' },
      { limit: 'max-age', positionId: null, reason: 'old', message: 'old' },
    ] as const
    const { text, exitCode } = nagiosResult({
      document: madeDocument(),
      limits: LIMITS,
      breaches,
      json: false,
    })
    expect(exitCode).toBe(2)
    expect(text.split('|')).toHaveLength(2)
  })

  test.each([
    [['--json'], '--json and --nagios exclude each other'],
    [['--liq', 'abc'], '--liq abc'],
    [['--nosuch'], "unknown option '--nosuch'"],
  ])('a usage error of --nagios with %j is UNKNOWN on stdout, not CRITICAL', async (args, message) => {
    const world = openFakeWorld()
    expect(await world.run('check', '--nagios', ...args)).toBe(3)
    expect(world.out()).toMatch(/^AXISOR UNKNOWN - [^\n|]+\n$/)
    expect(world.out()).toContain(message)
    expect(world.err()).toBe('')
  })

  test.each([
    ['--profile', 'main', 'check', '--nagios'],
    ['check', '--nagios=1'],
  ])('a command line of --nagios that is refused is UNKNOWN: %s %s %s %s', async (...words) => {
    const world = openFakeWorld()
    expect(await world.run(...words.filter(word => word !== undefined))).toBe(3)
    expect(world.out()).toMatch(/^AXISOR UNKNOWN - unknown option/)
  })

  test('a bug of --nagios is UNKNOWN, not WARNING', () => {
    expect(bugExitCode(['check', '--nagios'])).toBe(3)
    expect(bugExitCode(['check'])).toBe(1)
    expect(bugExitCode(['snapshot'])).toBe(1)
  })

  test('fails without a snapshot', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"status","code":503,"ms":600000}')
    expect(await world.run('check')).toBe(7)
    expect(world.out()).toBe('')
  })
})

describe('breachesOf', () => {
  test('returns nothing for a complete document within the limits', () => {
    expect(breachesOf(madeDocument(), LIMITS)).toEqual([])
  })

  test('reports unknown positions', () => {
    expect(breachesOf({ ...madeDocument(), positions: null }, LIMITS)).toMatchObject([{ limit: 'liq' }])
  })

  test('reports partly unknown positions', () => {
    const document = madeDocument()
    const partly = { ...document, totals: { ...document.totals, positionCount: null } }
    expect(breachesOf(partly, LIMITS)).toMatchObject([
      { limit: 'liq', reason: 'unknown', message: 'some positions are unknown' },
    ])
  })

  test('reports an unknown distance to liquidation', () => {
    const position = madePositionDocument({ liquidationDistance: null })
    expect(breachesOf({ ...madeDocument(), positions: [position] }, LIMITS)).toMatchObject([
      { limit: 'liq', positionId: position.id },
    ])
  })

  test('reports an unknown equity', () => {
    const document = madeDocument()
    const unknown = { ...document, totals: { ...document.totals, equitySats: null } }
    expect(breachesOf(unknown, { ...LIMITS, minEquitySats: 1 })).toMatchObject([{ limit: 'min-equity' }])
  })

  test('reports an unknown age and one above the limit', () => {
    const document = madeDocument()
    const unknown = { ...document, market: { ...document.market, ageMs: null } }
    expect(breachesOf(unknown, LIMITS)).toMatchObject([{ limit: 'max-age' }])
    const old = { ...document, account: { ...document.account, ageMs: 30_001 } }
    expect(breachesOf(old, LIMITS)).toMatchObject([
      { limit: 'max-age', reason: 'data is 30.0 s old, limit 30 s' },
    ])
  })

  test.each([
    [0.0501, 0],
    [0.05, 1],
    [-0.01, 1],
  ])('with a distance of %f returns %i breaches of the 5 %% limit', (liquidationDistance, count) => {
    const positions = [madePositionDocument({ liquidationDistance })]
    expect(breachesOf({ ...madeDocument(), positions }, LIMITS)).toHaveLength(count)
  })
})
