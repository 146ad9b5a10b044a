import { describe, expect, test } from 'vitest'
import { PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { PART_PATHS, ROUTE_FAILURES, type RouteFailure, withBrokenRoute } from '../support/broken-route.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

const CASES = PART_NAMES.flatMap(part =>
  (Object.keys(ROUTE_FAILURES) as RouteFailure[]).map(failure => [part, failure] as const),
)

function brokenWorld(part: PartName, failure: RouteFailure): FakeWorld {
  const world: FakeWorld = openFakeWorld({
    net: net => ({ ...net, http: withBrokenRoute(net.http, world.clock, PART_PATHS[part], failure) }),
  })
  return world
}

/** Parts of positions. */
const MODES: Readonly<Partial<Record<PartName, string>>> = {
  isolatedPositions: 'isolated',
  crossPosition: 'cross',
}

const whole = JSON.parse(await outputOf(openFakeWorld())) as SnapshotDocument

async function outputOf(world: FakeWorld): Promise<string> {
  await world.run('snapshot', '--json')
  return world.out()
}

describe('one broken route', () => {
  test.each(CASES)('leaves everything but %s in snapshot --json on %s', async (part, failure) => {
    const world = brokenWorld(part, failure)
    const code = await world.run('snapshot', '--json')
    expect(world.err()).toBe('')
    expect(code).toBe(0)
    const document = JSON.parse(world.out()) as SnapshotDocument
    for (const each of PART_NAMES) {
      const { state, reason, since, ageMs } = document.parts[each]
      if (each !== part) expect([each, state]).toEqual([each, 'live'])
      else if (part === 'market') expect(state).toBe('live')
      else {
        expect(state).toBe(ROUTE_FAILURES[failure].state)
        expect(ageMs).toBeNull()
        expect(reason).toMatch(/^[^\n]{10,}$/)
        if (state !== 'waiting') expect(since).toMatch(/Z$/)
      }
    }
    expect(document.market.indexUsd).toBeGreaterThan(0)
    expect(document.market.bidUsd).toBeGreaterThan(0)
    expect(document.account.balanceSats).toBe(part === 'account' ? null : whole.account.balanceSats)
    const mode = MODES[part]
    const unaffected = whole.positions?.filter(position => position.mode !== mode).map(({ id }) => id) ?? []
    expect(document.positions?.map(({ id }) => id)).toEqual(expect.arrayContaining(unaffected))
    expect(document.positions?.filter(position => position.mode === mode)).toEqual([])
    if (mode !== undefined) {
      expect(document.totals).toMatchObject({ positionCount: null, worstLiquidationDistance: null })
    }
  })
})
