import { describe, expect, test } from 'vitest'
import { PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import type { Net } from '../../src/ports/world.ts'
import { UPSTREAM_POLICY } from '../../src/relay/upstreams/upstreams.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { directOpener } from '../contract/feed-rig.ts'
import { openRelayHop, type RelayHop } from '../contract/relay-hop.ts'
import { PART_PATHS, type RouteFailure, withBrokenRoute } from '../support/broken-route.ts'
import { changedReply } from '../support/changed-reply.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

const RELAY = ['--relay', 'wss://relay.test'] as const
const RELAY_ENV = {
  AXISOR_API_KEY: undefined,
  AXISOR_API_SECRET: undefined,
  AXISOR_API_PASSPHRASE: undefined,
  AXISOR_RELAY_TOKEN: `axr_${'user-1'.padEnd(43, '0')}`,
}

type WrapHttp = (net: Net, world: FakeWorld) => Net['http']

function directWorld(wrap: WrapHttp): FakeWorld {
  const world: FakeWorld = openFakeWorld({ net: net => ({ ...net, http: wrap(net, world) }) })
  return world
}

/** A world that reaches the exchange through a relay only. */
function relayedWorld(wrap: WrapHttp): FakeWorld {
  let hop: RelayHop | null = null
  const world: FakeWorld = openFakeWorld({ net: net => hop?.transport ?? net, env: RELAY_ENV })
  const transport = openMemoryTransport(world.exchange, world.clock)
  const source = directOpener(world.exchange, { ...transport, http: wrap(transport, world) }, {})
  hop = openRelayHop(world.clock, source)
  hop.issue({ policy: UPSTREAM_POLICY })
  return world
}

async function snapshotOf(world: FakeWorld, ...argv: string[]) {
  const code = await world.run('snapshot', '--json', ...argv)
  return { code, document: JSON.parse(world.out()) as SnapshotDocument }
}

function statesOf({ parts }: SnapshotDocument) {
  return PART_NAMES.map(part => {
    const { state, reason, unreadable, faults } = parts[part]
    // The relay of this test has another name for the exchange.
    return { part, state, reason: reason?.replace('api.lnmarkets.com', '127.0.0.1'), unreadable, faults }
  })
}

const FAILURES: readonly RouteFailure[] = [403, 404, 500, 'HTML', 'truncated JSON', '10 MB of JSON']
const CASES = PART_NAMES.flatMap((part: PartName) => FAILURES.map(failure => [part, failure] as const))

describe('through a relay', () => {
  test.each(CASES)('%s has the same state as without one on %s', async (part, failure) => {
    const wrap: WrapHttp = (net, { clock }) => withBrokenRoute(net.http, clock, PART_PATHS[part], failure)
    const direct = await snapshotOf(directWorld(wrap))
    const relayed = await snapshotOf(relayedWorld(wrap), ...RELAY)
    expect(relayed.code).toBe(direct.code)
    expect(statesOf(relayed.document)).toEqual(statesOf(direct.document))
    expect(relayed.document.totals.positionCount).toBe(direct.document.totals.positionCount)
    expect(relayed.document.positions?.map(({ id }) => id)).toEqual(
      direct.document.positions?.map(({ id }) => id),
    )
    expect(relayed.document.account.balanceSats).toBe(direct.document.account.balanceSats)
    expect(relayed.document.market.stale).toBe(false)
  })

  test('an unreadable row is named, with its last known version, and raises a critical alert', async () => {
    let isSpoiled = false
    const wrap: WrapHttp = (net, world) => {
      const spoil = changedReply('/futures/isolated/trades/running', value => {
        const [first, ...rest] = value as readonly Record<string, unknown>[]
        return isSpoiled ? [{ ...first, side: 'sideways' }, ...rest] : value
      })
      return spoil(net, world.exchange).http
    }
    const documents: SnapshotDocument[] = []
    for (const [world, argv] of [
      [directWorld(wrap), []],
      [relayedWorld(wrap), RELAY],
    ] as const) {
      isSpoiled = false
      const running = await world.start('watch', '--json', ...argv)
      await world.clock.advance(5_000)
      isSpoiled = true
      await world.clock.advance(60_000)
      world.signal('SIGTERM')
      await running.ended()
      documents.push(JSON.parse(world.out().trim().split('\n').at(-1) ?? '') as SnapshotDocument)
    }
    for (const { parts, positions, lastKnown, totals, alerts } of documents) {
      const id = parts.isolatedPositions.unreadable[0]?.id
      expect(parts.isolatedPositions).toMatchObject({
        state: 'partial',
        reason: "1 position can't be read: side has an unknown value",
      })
      expect(positions?.map(each => each.id)).not.toContain(id)
      expect(lastKnown.map(each => each.id)).toEqual([id])
      expect(lastKnown[0]?.ageMs).toBeGreaterThan(10_000)
      expect(totals.worstLiquidationDistance).toBeNull()
      expect(alerts).toContainEqual(
        expect.objectContaining({ kind: 'unreadable-position', level: 'critical', positionId: id }),
      )
    }
  })
})
