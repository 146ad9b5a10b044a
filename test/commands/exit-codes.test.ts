import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { PartName } from '../../src/domain/parts.ts'
import type { Net } from '../../src/ports/world.ts'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { PART_PATHS, type RouteFailure, withBrokenRoute } from '../support/broken-route.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

type Broken = Readonly<Partial<Record<PartName, RouteFailure>>>

const NO_STREAM: Net['sockets'] = {
  open(_url, listener) {
    queueMicrotask(() => {
      listener.failed(new AxisorError('unreachable', 'no stream'))
      listener.closed(1006)
    })
    return { send() {}, ping() {}, terminate() {} }
  },
}

/** A world in which some routes fail, with or without a stream. */
function worldWith(broken: Broken, { hasStream = true, terminal = false } = {}): FakeWorld {
  const world: FakeWorld = openFakeWorld({
    terminal,
    net: net => ({
      ...net,
      http: Object.entries(broken).reduce(
        (http, [part, failure]) => withBrokenRoute(http, world.clock, PART_PATHS[part as PartName], failure),
        net.http,
      ),
      ...(hasStream ? {} : { sockets: NO_STREAM }),
    }),
  })
  return world
}

const everywhere = (failure: RouteFailure): Broken =>
  Object.fromEntries(Object.keys(PART_PATHS).map(part => [part, failure]))

const accountParts = (failure: RouteFailure): Broken => {
  const { market: _market, ...account } = everywhere(failure)
  return account
}

const text = (world: FakeWorld): string => world.out() + world.err()

describe('a snapshot of which nothing could be read', () => {
  test.each([
    [429, 7, /rate-limited until 18:01:\d\dZ/],
    [500, 7, /answered 500/],
    [503, 7, /answered 503/],
    ['HTML', 7, /answered a web page/],
    [404, 7, /this generation of the exchange's API is gone: .*Update axisor/],
    ['truncated JSON', 6, /is not valid JSON/],
    [401, 4, /answered 401|rejected the API key/],
  ] as const)('with %s exits %i with the reason', async (failure, code, reason) => {
    for (const hasStream of [true, false]) {
      const world = worldWith(everywhere(failure), { hasStream })
      expect(await world.run('snapshot', '--json')).toBe(code)
      expect(world.out()).toBe('')
      expect(world.err()).toMatch(reason)
      expect(world.err().trim().split('\n')).toHaveLength(1)
    }
  })
})

describe('a part that could not be read', () => {
  test.each([
    ['positions', { isolatedPositions: 500 }, 6],
    ['positions.side', { crossPosition: 404 }, 6],
    ['totals.equitySats', { account: 429 }, 6],
    ['totals.equitySats', { isolatedOrders: 'truncated JSON' }, 6],
    ['totals.positionCount', { account: 500 }, 0],
    ['account.balanceSats', { account: 403 }, 6],
    ['account.balanceSats', { account: 'no answer' }, 6],
    ['account.balanceSats', { isolatedPositions: 500 }, 0],
    ['orders', { crossOrders: 'HTML' }, 6],
    ['market.indexUsd', { isolatedPositions: 500, account: 500 }, 0],
    ['market.indexUsd', { market: 500 }, 0],
    ['parts.account.state', { account: 500 }, 6],
    ['asOf,source', { account: 500 }, 0],
  ] as const)('exits by --fields %s with %o', async (fields, broken, code) => {
    const world = worldWith(broken)
    expect(await world.run('snapshot', '--fields', fields)).toBe(code)
    expect(world.err() === '').toBe(code === 0)
    expect(world.err()).toMatch(/^(axisor: [A-Z]+ [a-z ]+: [^\n]+\n)*$/)
    expect(() => JSON.parse(world.out())).not.toThrow()
  })

  test.each([
    ['positions', { isolatedPositions: 500 }, 6],
    ['positions', { isolatedOrders: 500, account: 500 }, 0],
    ['orders', { isolatedOrders: 'HTML' }, 6],
    ['market', { account: 500 }, 0],
  ] as const)('exits by the parts that axisor %s prints, with %o', async (command, broken, code) => {
    for (const format of ['--json', '--csv']) {
      const world = worldWith(broken)
      expect(await world.run(command, format)).toBe(code)
      expect(world.out()).not.toBe('')
      // CSV has no place for the reason.
      expect(world.err() !== '').toBe(format === '--csv' && code !== 0)
    }
  })

  test.each([
    ['positions', { isolatedPositions: 500, crossPosition: 500 }, 7],
    ['positions', { isolatedPositions: 'truncated JSON', crossPosition: 'truncated JSON' }, 6],
    ['account', { account: 'HTML' }, 7],
    ['account', { account: 'truncated JSON' }, 6],
    ['orders', { isolatedOrders: 404, crossOrders: 404 }, 7],
  ] as const)('ends axisor %s with its reason if nothing is left, with %o', async (command, broken, code) => {
    const world = worldWith(broken)
    expect(await world.run(command)).toBe(code)
    expect(world.out()).toBe('')
    expect(world.err()).toMatch(/GET \/v3\//)
  })

  test.each([
    ['json', 0],
    ['text', 0],
    ['line', 0],
    ['prom', 0],
    ['csv', 6],
  ])('leaves the rest of snapshot --format %s, which exits %i', async (format, code) => {
    const world = worldWith({ isolatedPositions: 403 })
    expect(await world.run('snapshot', '--format', format)).toBe(code)
    expect(text(world)).toMatch(/isolated ?[pP]ositions/)
  })

  test('exits 8 without prices, with everything else', async () => {
    const world = worldWith({ market: 500 }, { hasStream: false })
    expect(await world.run('snapshot', '--json')).toBe(8)
    const document = JSON.parse(world.out())
    expect(document).toMatchObject({
      parts: { market: { state: 'failed' }, account: { state: 'live' } },
      account: { balanceSats: expect.any(Number) },
      totals: { positionCount: 3, worstLiquidationDistance: null, unrealizedPlSats: null },
    })
    expect(document.positions).toHaveLength(3)
  })

  test('exits 0 with prices alone if the firewall refuses all parts of the account, and names them', async () => {
    const world = worldWith(accountParts('403 of a firewall'), { terminal: true })
    expect(await world.run('snapshot')).toBe(0)
    expect(world.out()).toMatch(/REFUSED account data: .*answered 403/)
    expect(world.out()).toMatch(/ALERTS not evaluated for isolated positions: /)
  })
})

describe('axisor check with an unknown value', () => {
  test.each([
    [{ isolatedPositions: 500 }, ['--liq', '0'], 'liq', /isolated positions: .*answered 500/],
    [{ crossPosition: 'truncated JSON' }, ['--liq', '0'], 'liq', /cross position: .*not valid JSON/],
    [{ account: 403 }, ['--liq', '0'], 'max-age', /account data: .*answered 403/],
    [{ account: 404 }, ['--liq', '0', '--min-equity', '1'], 'min-equity', /account data: .*answered 404/],
    [{ isolatedOrders: 'HTML' }, ['--liq', '0', '--min-equity', '1'], 'min-equity', /isolated orders: /],
  ] as const)('exits 9 with the reason unknown (%o)', async (broken, options, limit, message) => {
    const world = worldWith(broken)
    expect(await world.run('check', '--json', ...options)).toBe(9)
    const { ok, breaches } = JSON.parse(world.out())
    expect(ok).toBe(false)
    expect(breaches).toContainEqual({
      limit,
      positionId: null,
      reason: 'unknown',
      message: expect.stringMatching(message),
    })
    const plain = worldWith(broken)
    expect(await plain.run('check', ...options)).toBe(9)
    expect(plain.out()).toMatch(/^SIMULATED BREACHED unknown: /m)
  })
})

describe('without a stream', () => {
  test.each([
    ['account', 'no answer'],
    ['isolatedPositions', 'no answer'],
    ['crossOrders', 'no answer'],
    ['account', 429],
    ['isolatedOrders', 429],
  ] as const)('%s with %s costs the other parts nothing', async (part, failure) => {
    const world = worldWith({ [part]: failure }, { hasStream: false })
    expect(await world.run('snapshot', '--json')).toBe(0)
    const { parts, market } = JSON.parse(world.out()) as SnapshotDocument
    expect(market.indexUsd).toBeGreaterThan(0)
    for (const [name, { ageMs }] of Object.entries(parts))
      expect([name, ageMs === null]).toEqual([name, name === part])
  })
})
