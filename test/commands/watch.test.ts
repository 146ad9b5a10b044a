import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { snapshotSchema } from '../../src/wire/snapshot-schema.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'

// Ink takes real time to load, in which fake time must not run.
await import('../../src/tui/dashboard.tsx')

function documents(world: FakeWorld): readonly SnapshotDocument[] {
  return world
    .out()
    .split('\n')
    .filter(line => line !== '')
    .map(line => z.parse(snapshotSchema(), JSON.parse(line)))
}

/** Times between documents, in ms. */
function gaps(all: readonly SnapshotDocument[]): readonly number[] {
  const times = all.map(({ asOf }) => Date.parse(asOf))
  return times.slice(1).map((time, i) => time - (times[i] ?? 0))
}

const CALM = { exchange: { tickMs: 3_600_000 } }

describe('axisor watch --json', () => {
  test('every line is a whole document, at most one per interval', async () => {
    const world = openFakeWorld({ exchange: { tickMs: 100 } })
    const running = await world.start('watch', '--json', '--interval', '2s')
    await world.clock.advance(20_000)
    const all = documents(world)
    expect(all.length).toBeGreaterThanOrEqual(9)
    expect(Math.min(...gaps(all))).toBeGreaterThanOrEqual(2_000)
    expect(all.at(-1)?.source.state).toBe('live')
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
    expect(world.listeners()).toBe(0)
    expect(world.clock.pendingTimers()).toBeLessThanOrEqual(1)
  })

  test('silence is never mistaken for calm: there is a document every 5 s though nothing is heard', async () => {
    const world = openFakeWorld(CALM)
    const running = await world.start('watch', '--json')
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"mute","ms":600000}')
    world.exchange.control('{"do":"slow","ms":600000}')
    await world.clock.advance(60_000)
    const all = documents(world)
    expect(Math.max(...gaps(all))).toBeLessThanOrEqual(5_000)
    const last = all.at(-1)
    expect(last?.source.stale).toBe(true)
    expect(last?.source.ageMs).toBeGreaterThan(30_000)
    expect(last?.source.staleReasons).not.toEqual([])
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
  })

  test('before the first picture everything is null, not 0', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"holdSnapshot","ms":20000}')
    const running = await world.start('watch', '--json')
    await world.clock.advance(4_900)
    expect(world.out()).toBe('')
    await world.clock.advance(200)
    const [first] = documents(world)
    expect(first).toMatchObject({
      origin: null,
      source: { state: 'syncing', ageMs: null, stale: true, staleReasons: ['no data yet'] },
      market: { indexUsd: null },
      totals: { equitySats: null, positionCount: null },
      positions: null,
      orders: null,
    })
    world.signal('SIGHUP')
    expect(await running.ended()).toBe(129)
  })

  test('a reader that leaves (| head -1) ends it quietly with 0', async () => {
    const world = openFakeWorld({ readsUpTo: 1 })
    expect(await world.run('watch', '--json')).toBe(0)
    expect(documents(world)).toMatchObject([{ origin: 'simulated', totals: { positionCount: 3 } }])
    expect(world.err()).toBe('')
    expect(world.listeners()).toBe(0)
  })

  test('a key that is revoked ends it with 4 after a last document that says so', async () => {
    const world = openFakeWorld()
    const running = await world.start('watch', '--json')
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"revoke"}')
    expect(await running.ended()).toBe(4)
    expect(documents(world).at(-1)?.source).toMatchObject({
      state: 'stopped',
      lastError: { code: 'key-refused' },
    })
    expect(JSON.parse(world.err())).toMatchObject({ error: { code: 'key-refused', exitCode: 4 } })
  })

  test('an alert is in the document with the moment at which it began', async () => {
    const world = openFakeWorld(CALM)
    const running = await world.start('watch', '--json')
    await world.clock.advance(10_000)
    const since = documents(world).flatMap(({ alerts }) => alerts.map(alert => alert.since))
    expect(new Set(since).size).toBe(1)
    world.signal('SIGINT')
    await running.ended()
  })
})

describe.each([
  ['in a pipe', ['watch'], false],
  ['on a terminal with --plain', ['watch', '--plain'], true],
])('axisor watch %s', (_where, argv, terminal) => {
  test('tells in sentences with the local time, and marks simulated data', async () => {
    const world = openFakeWorld({ ...CALM, terminal })
    const running = await world.start(...argv)
    await world.clock.advance(5_000)
    const lines = world.out().trimEnd().split('\n')
    expect(lines[0]).toMatch(/^15:00:0\d SIMULATED/)
    expect(lines.slice(1).join('\n')).toMatch(
      /^15:00:\d\d connected: 3 positions, 2 orders\n15:00:\d\d critical: isolated long 10,?000 USD is 2\.\d\d percent from liquidation at [\d,.]+\n15:00:\d\d unrealised plus [\d,]+ sats; data 0\.\d seconds old$/,
    )
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })

  test('says once that data has become stale, and once that it is live again', async () => {
    const world = openFakeWorld({ ...CALM, terminal })
    const running = await world.start(...argv)
    await world.clock.advance(5_000)
    world.exchange.control('{"do":"mute","ms":90000}')
    world.exchange.control('{"do":"slow","ms":600000}')
    await world.clock.advance(80_000)
    expect(
      world
        .out()
        .match(/data is stale for 3\d seconds; last price [\d,.]+; liquidation alerts not evaluated/g),
    ).toHaveLength(1)
    world.exchange.control('{"do":"slow","ms":0}')
    await world.clock.advance(60_000)
    expect(world.out().match(/data is live again after \d+ seconds/g)).toHaveLength(1)
    world.signal('SIGINT')
    await running.ended()
  })

  test('tells what happens to positions, each thing once', async () => {
    const world = openFakeWorld({ ...CALM, terminal })
    const running = await world.start(...argv)
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"price","usd":66000}')
    world.exchange.control('{"do":"tick","ms":500}')
    await world.clock.advance(10_000)
    expect(world.out().match(/liquidation: isolated long 10,000 USD/g)).toHaveLength(1)
    world.signal('SIGINT')
    await running.ended()
  })
})

describe.each(['watch', 'demo'])('the dashboard of axisor %s', command => {
  test.each([80, 20])('takes the screen, draws, and gives everything back (%i columns)', async columns => {
    const world = openFakeWorld({ terminal: columns, env: { LANG: 'C.UTF-8' } })
    const running = await world.start(command)
    await world.clock.advance(3_000)
    expect(running.code()).toBeNull()
    expect(world.out()).toContain('SIMULATED')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
    // The last that a terminal hears of the alternate screen is that it is left.
    const switches = world.out().match(/\x1b\[\?1049[hl]/g)
    expect(switches?.at(-1)).toBe('\x1b[?1049l')
    expect(world.listeners()).toBe(0)
  })

  test('q quits with 0', async () => {
    const world = openFakeWorld({ terminal: true })
    const running = await world.start(command)
    await world.clock.advance(2_000)
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
  })

  test('a terminal without a cursor (TERM=dumb) gets text', async () => {
    const world = openFakeWorld({ terminal: true, env: { TERM: 'dumb' }, readsUpTo: 2 })
    expect(await world.run(command)).toBe(0)
    expect(world.out()).toContain('SIMULATED')
    expect(world.out()).not.toContain('\x1b')
  })
})

test('without a key the dashboard does not even open', async () => {
  const world = openFakeWorld({ terminal: true, env: { AXISOR_API_KEY: undefined } })
  expect(await world.run('watch')).toBe(4)
  expect(world.out()).toBe('')
  expect(world.err()).toMatch(/^axisor: incomplete API key: AXISOR_API_KEY not set/)
})
