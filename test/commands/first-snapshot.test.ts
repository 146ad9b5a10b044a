import { describe, expect, test } from 'vitest'
import type { Net } from '../../src/ports/world.ts'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'

interface Logged {
  readonly world: FakeWorld
  /** Time since the start and target of each REST request. */
  readonly requests: (readonly [atMs: number, target: string])[]
  /** Methods called on the stream. */
  readonly methods: string[]
  document(): SnapshotDocument
}

/** A world that logs what is sent. */
function loggedWorld(options: FakeWorldOptions = {}): Logged {
  const requests: [number, string][] = []
  const methods: string[] = []
  let elapsed = (): number => 0
  const net = ({ http, sockets }: Net): Net => ({
    http: {
      ...http,
      get(origin, target, ...rest) {
        requests.push([elapsed(), target.replace('/v3/', '')])
        return http.get(origin, target, ...rest)
      },
    },
    sockets: {
      open(url, listener, handshake) {
        const socket = sockets.open(url, listener, handshake)
        return {
          ...socket,
          send(text) {
            methods.push(JSON.parse(text).method)
            socket.send(text)
          },
        }
      },
    },
  })
  const world = openFakeWorld({ exchange: { tickMs: 3_600_000 }, ...options, net })
  const start = world.clock.nowMs()
  elapsed = () => world.clock.nowMs() - start
  return { world, requests, methods, document: () => JSON.parse(world.printed.at(-1) ?? '') }
}

describe('axisor snapshot', () => {
  test('sends all requests at once, beside a socket that only authenticates', async () => {
    const { world, requests, methods, document } = loggedWorld()
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(requests.map(([atMs]) => atMs)).toEqual([0, 0, 0, 0, 0, 0])
    expect(methods.toSorted()).toEqual(['authenticate', 'hello', 'time'])
    expect(document()).toMatchObject({
      source: { state: 'live', transport: 'stream' },
      key: { canWrite: false },
      totals: { equitySats: expect.any(Number), equityUnknownReason: null },
    })
  })

  test('does not wait for the unit of dollars, and reads it with the first requests of the next run', async () => {
    const { world, requests, document } = loggedWorld({ knowsUnit: false })
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(requests).toHaveLength(6)
    expect(document().totals).toMatchObject({
      equitySats: null,
      equityUnknownReason: 'the unit of the synthetic dollars is not known yet',
    })
    await world.clock.advance(2_000)
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(requests.slice(6).filter(([, target]) => target.startsWith('synthetic-usd'))).toHaveLength(1)
    expect(document().totals.equitySats).toBeGreaterThan(12_000_000)
    await world.clock.advance(2_000)
    const before = requests.length
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(requests.slice(before)).toHaveLength(6)
    expect(document().totals.equitySats).toBeGreaterThan(12_000_000)
  })

  test('reads the unit at once if the exchange reports that the limit leaves a request', async () => {
    const { world, document } = loggedWorld({ knowsUnit: false })
    world.exchange.control('{"do":"limit","requests":"signed","perSecond":20,"burst":40,"headers":"on"}')
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(document().totals.equitySats).toBeGreaterThan(12_000_000)
  })

  test('reads the unit with the first requests if the exit code depends on it', async () => {
    const { world } = loggedWorld({ knowsUnit: false })
    const code = await world.run('check', '--min-equity', '1000')
    expect(code).toBe(9)
    // A position close to its liquidation is the only breach.
    expect(world.out()).not.toContain('equity')
  })

  test('subscribes after all if REST has no prices', async () => {
    const { world, methods } = loggedWorld({ exchange: {} })
    world.exchange.control('{"do":"route","route":"/futures/ticker","answer":"status","code":503}')
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(methods).toContain('subscribe')
  })

  test('does not wait for a ticker without an answer if the stream has prices', async () => {
    const { world, document } = loggedWorld({ exchange: {} })
    world.exchange.control('{"do":"route","route":"/futures/ticker","answer":"silence"}')
    const start = world.clock.nowMs()
    expect(await world.run('snapshot', '--json')).toBe(0)
    expect(world.clock.nowMs() - start).toBeLessThan(5_000)
    expect(document()).toMatchObject({ parts: { market: { state: 'live' } } })
  })
})

test('axisor watch shows the first read, and reads again what the subscription may have missed', async () => {
  const { world, requests, methods } = loggedWorld()
  const running = await world.start('watch', '--json')
  await world.clock.advance(1_000)
  expect(JSON.parse(world.printed[0] ?? '')).toMatchObject({ totals: { positionCount: 3 } })
  expect(methods).toContain('subscribe')
  await world.clock.advance(3_000)
  const accounts = requests.flatMap(([atMs, target]) => (target === 'account' ? [atMs] : []))
  expect(accounts).toEqual([0, 1_500])
  world.signal('SIGINT')
  await running.ended()
})
