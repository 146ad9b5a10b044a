import { expect, test } from 'vitest'
import { openDemoUpstreams } from '../../../../src/relay/upstreams/upstreams.ts'
import { openFakeWorld } from '../../../support/fake-world.ts'

test('the first picture of a relay that was just started is there within half a second', async () => {
  const world = openFakeWorld()
  const call = { world, flags: {}, interrupted: new Promise<never>(() => {}) }
  const upstreams = await openDemoUpstreams(call)
  const upstream = await upstreams.open({ userId: 'u', userName: 'demo', sealed: null })
  await world.clock.advance(500)
  expect(upstream.store.state().status?.link).toBe('live')
  expect(upstream.store.state().account?.value.syntheticUsdBalance).toBeGreaterThan(0)
  await world.clock.advance(5_000)
  expect(upstream.store.state().account?.value.syntheticUsdUnit).not.toBeNull()
  upstream.close()
  await upstreams.close()
})
