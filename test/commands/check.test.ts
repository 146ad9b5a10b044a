import { describe, expect, test } from 'vitest'
import { breachesOf } from '../../src/commands/views/check-limits.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { madeDocument, madePositionDocument } from '../support/sample-document.ts'

const LIMITS = { liquidationDistance: 0.05, maxAgeMs: 30_000, minEquitySats: null }

describe('axisor check', () => {
  test('a position near its liquidation exits 9 with the reason', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--liq', '5')).toBe(9)
    expect(world.out()).toMatch(
      /^SIMULATED BREACHED isolated long 10000 USD is 2\.\d\d % from liquidation, limit 5 %\n$/,
    )
    expect(world.err()).toBe('')
  })

  test('limits that are kept exit 0', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--liq', '1', '--min-equity', '1000000')).toBe(0)
    expect(world.out()).toBe('SIMULATED OK\n')
  })

  test('an account without positions is fine', async () => {
    const scenario = findScenario('flat')
    if (scenario === null) throw new Error('no such scenario')
    const world = openFakeWorld({ exchange: { scenario } })
    expect(await world.run('check')).toBe(0)
  })

  test('too little equity exits 9', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--liq', '1', '--min-equity', '99000000')).toBe(9)
    expect(world.out()).toMatch(/BREACHED equity is \d+ sat, limit 99000000 sat/)
  })

  test('--json gives limits and breaches', async () => {
    const world = openFakeWorld()
    expect(await world.run('check', '--json')).toBe(9)
    expect(JSON.parse(world.out())).toMatchObject({
      ok: false,
      origin: 'simulated',
      limits: { liquidationDistance: 0.05, maxAgeMs: 30_000, minEquitySats: null },
      breaches: [{ limit: 'liq' }],
    })
  })

  test('no picture is a failure, not an answer', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"status","code":503,"ms":600000}')
    expect(await world.run('check')).toBe(7)
    expect(world.out()).toBe('')
  })
})

describe('what is not known is never fine', () => {
  test('a document in order breaches nothing', () => {
    expect(breachesOf(madeDocument(), LIMITS)).toEqual([])
  })

  test('positions that are not known', () => {
    expect(breachesOf({ ...madeDocument(), positions: null }, LIMITS)).toMatchObject([{ limit: 'liq' }])
  })

  test('positions of which only some are known', () => {
    const document = madeDocument()
    const partly = { ...document, totals: { ...document.totals, positionCount: null } }
    expect(breachesOf(partly, LIMITS)).toMatchObject([{ limit: 'liq', reason: 'some positions are unknown' }])
  })

  test('a distance that is not known', () => {
    const position = madePositionDocument({ liquidationDistance: null })
    expect(breachesOf({ ...madeDocument(), positions: [position] }, LIMITS)).toMatchObject([
      { limit: 'liq', positionId: position.id },
    ])
  })

  test('an equity that is not known', () => {
    const document = madeDocument()
    const unknown = { ...document, totals: { ...document.totals, equitySats: null } }
    expect(breachesOf(unknown, { ...LIMITS, minEquitySats: 1 })).toMatchObject([{ limit: 'min-equity' }])
  })

  test('an age that is not known, and one above the limit', () => {
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
  ])('a distance of %f gives %i breaches of 5 %%', (liquidationDistance, count) => {
    const positions = [madePositionDocument({ liquidationDistance })]
    expect(breachesOf({ ...madeDocument(), positions }, LIMITS)).toHaveLength(count)
  })
})
