import { expect, test } from 'vitest'
import { openEmbeddedExchange } from '../../../../src/commands/simulated-exchange.ts'
import { openSimulatedUpstreams } from '../../../../src/relay/upstreams/simulated.ts'
import { openFakeWorld } from '../../../support/fake-world.ts'

test('reports the first snapshot within 0.5 s of a start, before the unit of synthetic dollars is known', async () => {
  const world = openFakeWorld()
  const upstreams = openSimulatedUpstreams(world, await openEmbeddedExchange(null, world))
  const upstream = await upstreams.open({ userId: 'u', userName: 'demo', sealed: null }, null)
  await world.clock.advance(500)
  expect(upstream.store.state().status?.link).toBe('live')
  expect(upstream.store.state().account?.value.syntheticUsdBalance).toBeGreaterThan(0)
  await world.clock.advance(5_000)
  expect(upstream.store.state().account?.value.syntheticUsdUnit).not.toBeNull()
  upstream.close()
  await upstreams.close()
})
