import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { snapshotDocumentSchema } from '../../src/wire/snapshot-schema.ts'
import { type FakeWorld, openFakeWorld } from '../support/fake-world.ts'
import { openEmulatedScreen } from '../support/screen.ts'
import '../support/loaded-watch.ts'

function documents(world: FakeWorld): readonly SnapshotDocument[] {
  return world
    .out()
    .split('\n')
    .filter(line => line !== '')
    .map(line => z.parse(snapshotDocumentSchema(), JSON.parse(line)))
}

/** Times between documents, in ms. */
function gaps(all: readonly SnapshotDocument[]): readonly number[] {
  const times = all.map(({ asOf }) => Date.parse(asOf))
  return times.slice(1).map((time, i) => time - (times[i] ?? 0))
}

const CALM = { exchange: { tickMs: 3_600_000 } }

describe('axisor watch --json', () => {
  test('prints one complete document per line, at most one per interval', async () => {
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

  test('follows a wall clock that was 3 h ahead and is set right', async () => {
    const aheadMs = 10_800_000
    const world = openFakeWorld({ clockAheadMs: aheadMs })
    const running = await world.start('watch', '--json', '--interval', '2s')
    await world.clock.advance(10_000)
    const wrong = documents(world).at(-1)
    expect(wrong?.source.clockOffsetMs).toBeCloseTo(-aheadMs, -3)
    world.clock.setBack(aheadMs)
    await world.clock.advance(60_000)
    const right = documents(world).at(-1)
    expect(Date.parse(right?.asOf ?? '')).toBeCloseTo(world.clock.nowMs() - aheadMs, -4)
    expect(right?.source).toMatchObject({ stale: false, state: 'live' })
    expect(right?.source.clockOffsetMs).toBeCloseTo(0, -3)
    expect(right?.market.ageMs).toBeLessThan(30_000)
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })

  test('prints a document every 5 s without any event', async () => {
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

  test('prints null, not 0, before the first snapshot', async () => {
    const world = openFakeWorld({
      net: net => ({ ...net, http: { ...net.http, get: () => new Promise(() => {}) } }),
    })
    world.exchange.control('{"do":"mute","ms":20000}')
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

  test('exits 0 quietly if stdout is closed (| head -1)', async () => {
    const world = openFakeWorld({ readsUpTo: 1 })
    expect(await world.run('watch', '--json')).toBe(0)
    expect(documents(world)).toMatchObject([{ origin: 'simulated', totals: { positionCount: 3 } }])
    expect(world.err()).toBe('')
    expect(world.listeners()).toBe(0)
  })

  test('exits 4 for a key that never worked, after a last document with the reason', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"revoke"}')
    const running = await world.start('watch', '--json')
    expect(await running.ended()).toBe(4)
    expect(documents(world).at(-1)?.source).toMatchObject({
      state: 'stopped',
      lastError: { code: 'key-refused' },
    })
    expect(JSON.parse(world.err())).toMatchObject({ error: { code: 'key-refused', exitCode: 4 } })
  })

  test('goes on while a key that worked is refused, and says so at once', async () => {
    const world = openFakeWorld()
    const running = await world.start('watch', '--json')
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"revoke"}')
    await world.clock.advance(5_000)
    expect(documents(world).at(-1)?.source).toMatchObject({
      state: 'waiting',
      stale: false,
      lastError: { code: 'key-refused' },
      keyRefusal: { code: 'key-refused' },
    })
    await world.clock.advance(40_000)
    expect(documents(world).at(-1)).toMatchObject({ source: { stale: true }, market: { stale: false } })
    world.exchange.control('{"do":"restore"}')
    await world.clock.advance(130_000)
    expect(documents(world).at(-1)?.source).toMatchObject({ state: 'live', stale: false, keyRefusal: null })
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })

  test('waits after a restart while a key of the environment is refused that worked before', async () => {
    const before = openFakeWorld()
    expect(await before.run('snapshot', '--json')).toBe(0)
    await before.clock.settle()
    const path = '/home/trader/.local/state/axisor/accepted-keys.json'
    const record = before.file(path) ?? ''
    const { secret, passphrase } = before.exchange.credentials
    expect(record).toContain('"version": 1')
    expect(record).not.toContain(secret)
    expect(record).not.toContain(passphrase)
    const world = openFakeWorld({
      files: { [path]: { text: record, othersMayWrite: false, othersMayRead: false } },
    })
    world.exchange.control('{"do":"revoke"}')
    const running = await world.start('watch', '--json')
    await world.clock.advance(10_000)
    expect(documents(world).at(-1)).toMatchObject({
      positions: null,
      source: { stale: true, keyRefusal: { code: 'key-refused' } },
      market: { stale: false },
    })
    world.exchange.control('{"do":"restore"}')
    await world.clock.advance(20_000)
    expect(documents(world).at(-1)).toMatchObject({
      source: { keyRefusal: null },
      totals: { positionCount: expect.any(Number) },
    })
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })

  test('prints alerts with their start time', async () => {
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
  test('prints sentences with their time and the simulated mark', async () => {
    const world = openFakeWorld({ ...CALM, terminal })
    const running = await world.start(...argv)
    await world.clock.advance(5_000)
    const lines = world.out().trimEnd().split('\n')
    const heading = terminal ? lines.splice(0, 1) : []
    expect(heading).toEqual(terminal ? ['2026-11-23 UTC-03:00'] : [])
    const time = terminal ? /^15:00:\d\d / : /^2026-11-23T18:00:\d\dZ /
    for (const line of lines) expect(line).toMatch(time)
    const sentences = lines.map(line => line.replace(time, ''))
    expect(sentences[0]).toMatch(/^SIMULATED/)
    expect(sentences.slice(1).join('\n')).toMatch(
      /^connected: 3 positions, 2 orders\ncritical: isolated long 10,?000 USD [0-9a-f]{4} is 2\.\d\d% from liquidation at [\d,.]+\nunrealized P&L plus [\d,]+ sats; data 0\.\d seconds old$/,
    )
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })

  test('reports once that data is stale, and once that it is live again', async () => {
    const world = openFakeWorld({ ...CALM, terminal })
    const running = await world.start(...argv)
    await world.clock.advance(5_000)
    world.exchange.control('{"do":"mute","ms":90000}')
    world.exchange.control('{"do":"slow","ms":600000}')
    await world.clock.advance(80_000)
    expect(world.out().match(/data is stale, 3\d seconds old; last price [\d,.]+/g)).toHaveLength(1)
    expect(world.out().match(/liquidation alerts are not evaluated/g)).toHaveLength(1)
    expect(world.out().match(/critical: no fresh isolated positions for 20s/g)).toHaveLength(1)
    world.exchange.control('{"do":"slow","ms":0}')
    await world.clock.advance(60_000)
    expect(world.out().match(/data is live again after \d+ seconds/g)).toHaveLength(1)
    world.signal('SIGINT')
    await running.ended()
  })

  test('reports each change of a position once', async () => {
    const world = openFakeWorld({ ...CALM, terminal })
    const running = await world.start(...argv)
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"price","usd":66000}')
    world.exchange.control('{"do":"tick","ms":500}')
    await world.clock.advance(10_000)
    expect(world.out().match(/liquidated: isolated long 10,000 USD at/g)).toHaveLength(1)
    expect(world.out().match(/liquidated: .* was LIQUIDATED at .*, P&L -[\d,]+ sats/g)).toHaveLength(1)
    expect(world.out().match(/by .*take-profit/g)).toHaveLength(1)
    world.signal('SIGINT')
    await running.ended()
  })
})

describe.each(['watch', 'demo'])('the dashboard of axisor %s', command => {
  test.each([80, 20])('opens the screen, draws and restores the terminal (%i columns)', async columns => {
    const world = openFakeWorld({ terminal: columns, env: { LANG: 'C.UTF-8' } })
    const running = await world.start(command)
    await world.clock.advance(3_000)
    expect(running.code()).toBeNull()
    expect(world.out()).toContain('SIMULATED')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
    // The last sequence about the alternate screen leaves it.
    const switches = world.out().match(/\x1b\[\?1049[hl]/g)
    expect(switches?.at(-1)).toBe('\x1b[?1049l')
    expect(world.listeners()).toBe(0)
  })

  test('exits 0 on q', async () => {
    const world = openFakeWorld({ terminal: true })
    const running = await world.start(command)
    await world.clock.advance(2_000)
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
  })

  test('prints text on a terminal without a cursor (TERM=dumb)', async () => {
    const world = openFakeWorld({ terminal: true, env: { TERM: 'dumb' }, readsUpTo: 2 })
    expect(await world.run(command)).toBe(0)
    expect(world.out()).toContain('SIMULATED')
    expect(world.out()).not.toContain('\x1b')
  })
})

test('fills the history in the background, exports it with x, and says where', async () => {
  const world = openFakeWorld({ terminal: 120, env: { LANG: 'C.UTF-8' } })
  const running = await world.start('watch')
  await world.clock.advance(60_000)
  world.terminal.stdin.push('4')
  await world.clock.advance(1_000)
  expect(world.out()).toContain('this month')
  world.terminal.stdin.push('x')
  await world.clock.advance(1_000)
  const screen = openEmulatedScreen(120, 24)
  screen.write(world.out())
  const [, name = ''] = /~\/\.local\/share\/axisor\/exports\/(history-[0-9-]+\.csv)/.exec(screen.text()) ?? []
  const rows = world.file(`/home/trader/.local/share/axisor/exports/${name}`)?.trimEnd().split('\r\n') ?? []
  expect(rows[0]).toMatch(/^asOf,origin,network,at,kind,id,side,.*,netPlSats,cause$/)
  expect(rows.length).toBeGreaterThan(20)
  expect(screen.text()).toContain(`exported ${rows.length - 1} rows`)
  world.terminal.stdin.push('q')
  expect(await running.ended()).toBe(0)
})

test('does not open the dashboard without a key', async () => {
  const world = openFakeWorld({ terminal: true, env: { AXISOR_API_KEY: undefined } })
  expect(await world.run('watch')).toBe(4)
  expect(world.out()).toBe('')
  expect(world.err()).toMatch(/^axisor: incomplete API key: AXISOR_API_KEY not set/)
})
