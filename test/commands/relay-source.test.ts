import { describe, expect, test } from 'vitest'
import type { Http } from '../../src/ports/net.ts'
import { UPSTREAM_POLICY } from '../../src/relay/upstreams/upstreams.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { directOpener } from '../contract/feed-rig.ts'
import { openRelayHop, type RelayHop } from '../contract/relay-hop.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

const NO_KEY = { AXISOR_API_KEY: undefined, AXISOR_API_SECRET: undefined, AXISOR_API_PASSPHRASE: undefined }
const RELAY = ['--relay', 'wss://relay.test'] as const

/** A world that can only reach a relay, with its token and no key. */
function openRelayedWorld(
  env: Readonly<Record<string, string | undefined>> = {},
  { swaps } = { swaps: true },
): {
  readonly world: FakeWorld
  readonly hop: RelayHop
} {
  let hop: RelayHop | null = null
  const world = openFakeWorld({
    net: net => hop?.transport ?? net,
    env: { ...NO_KEY, AXISOR_RELAY_TOKEN: `axr_${'user-1'.padEnd(43, '0')}`, ...env },
  })
  const transport = openMemoryTransport(world.exchange, world.clock)
  const { get, close } = transport.http
  // Without past swaps the unit of synthetic dollars is unknown.
  const http: Http = {
    close,
    get: (origin, target, headers, timeoutMs) =>
      swaps || !target.includes('/swaps')
        ? get(origin, target, headers, timeoutMs)
        : Promise.resolve({ status: 200, headers: {}, body: '{"data":[],"nextCursor":null}' }),
  }
  hop = openRelayHop(world.clock, directOpener(world.exchange, { ...transport, http }, {}))
  hop.issue({ policy: UPSTREAM_POLICY })
  return { world, hop }
}

describe('over a relay, without a key', () => {
  test('snapshot prints the document with both hops', async () => {
    const { world } = openRelayedWorld()
    expect(await world.run('snapshot', '--json', ...RELAY)).toBe(0)
    const document = JSON.parse(world.out())
    expect(document).toMatchObject({
      origin: 'simulated',
      network: 'simulator',
      source: { kind: 'relay', state: 'live', stale: false, upstream: [{ kind: 'direct', link: 'live' }] },
    })
    expect(document.positions.length).toBeGreaterThan(0)
    expect(document.totals.equitySats).toBeGreaterThan(0)
    expect(document.account.username).not.toBeNull()
  })

  test('waits for a relay that has just started only if the equity is required', async () => {
    const { world } = openRelayedWorld()
    const begunAt = world.clock.nowMs()
    expect(await world.run('line', ...RELAY)).toBe(0)
    expect(world.clock.nowMs() - begunAt).toBeLessThan(1_000)
    const { world: other } = openRelayedWorld()
    expect(await other.run('snapshot', '--json', ...RELAY)).toBe(0)
    expect(JSON.parse(other.out()).totals.equitySats).toBeGreaterThan(0)
    expect(await other.run('check', '--liq', '0', '--min-equity', '1', ...RELAY)).toBe(0)
  })

  test('waits once, not at every call, for a unit that the relay never gets', async () => {
    const { world } = openRelayedWorld({}, { swaps: false })
    const begunAt = world.clock.nowMs()
    expect(await world.run('snapshot', '--json', ...RELAY)).toBe(0)
    expect(JSON.parse(world.out()).totals.equitySats).toBeNull()
    const firstMs = world.clock.nowMs() - begunAt
    expect(firstMs).toBeLessThan(5_000)
    await world.run('snapshot', '--json', ...RELAY)
    expect(world.clock.nowMs() - begunAt - firstMs).toBeLessThan(1_000)
  })

  test.each(['positions', 'orders', 'account', 'market', 'line', 'check'])(
    '%s works as with a direct connection',
    async command => {
      const { world } = openRelayedWorld()
      const straight = await openFakeWorld().run(command)
      expect(await world.run(command, ...RELAY)).toBe(straight)
      expect(world.out()).not.toBe('')
    },
  )

  test('reads the address from the environment', async () => {
    const { world } = openRelayedWorld({ AXISOR_RELAY_URL: 'https://relay.test' })
    expect(await world.run('line')).toBe(0)
    expect(world.out()).toMatch(/^SIMULATED \| BTC/)
  })

  test('watch --plain reports the loss of the exchange behind the relay, and of the relay', async () => {
    const { world, hop } = openRelayedWorld()
    const running = await world.start('watch', '--plain', ...RELAY)
    await world.clock.advance(3_000)
    world.exchange.control(JSON.stringify({ do: 'down', ms: 8_000 }))
    await world.clock.advance(3_000)
    expect(world.out()).toMatch(/the relay lost its connection to the exchange/)
    await world.clock.advance(45_000)
    expect(world.out()).toMatch(/the relay reconnected to the exchange after \d/)
    hop.kill()
    await world.clock.advance(2_000)
    expect(world.out()).toMatch(/connection lost: relay\.test closed the connection/)
    hop.start()
    await world.clock.advance(3_000)
    expect(world.out()).toMatch(/reconnected after \d/)
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })

  test('exits 4 with a hint for a token that the relay rejects', async () => {
    const { world } = openRelayedWorld({ AXISOR_RELAY_TOKEN: `axr_${'stranger'.padEnd(43, '0')}` })
    expect(await world.run('snapshot', ...RELAY)).toBe(4)
    expect(world.err()).toMatch(/^axisor: relay\.test rejected the relay token\. The token may be expired/)
    expect(world.err()).not.toContain('stranger')
  })

  test('reports a missing token before it connects', async () => {
    const { world, hop } = openRelayedWorld({ AXISOR_RELAY_TOKEN: undefined })
    expect(await world.run('snapshot', ...RELAY)).toBe(4)
    expect(world.err()).toMatch(/^axisor: no token for this relay\. .*AXISOR_RELAY_TOKEN/)
    expect(hop.dialed).toHaveLength(0)
  })

  test('prints the reason of a relay without a snapshot', async () => {
    const { world } = openRelayedWorld()
    world.exchange.control(JSON.stringify({ do: 'status', code: 404, ms: 60_000 }))
    expect(await world.run('snapshot', '--timeout', '3s', ...RELAY)).toBe(7)
    expect(world.err()).toMatch(/^axisor: this generation of the exchange's API is gone: .*404/)
  })

  test('exits 5 for an unreachable relay', async () => {
    const { world, hop } = openRelayedWorld()
    hop.kill()
    expect(await world.run('snapshot', '--timeout', '2s', ...RELAY)).toBe(5)
    expect(world.out()).toBe('')
  })
})
