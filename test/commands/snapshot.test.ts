import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { snapshotDocumentSchema } from '../../src/wire/snapshot-schema.ts'
import { openFakeWorld } from '../support/fake-world.ts'

describe('axisor snapshot', () => {
  test('prints one complete JSON document to a pipe and exits 0', async () => {
    const world = openFakeWorld()
    expect(await world.run('snapshot')).toBe(0)
    expect(world.err()).toBe('')
    expect(world.printed).toHaveLength(1)
    const document = z.parse(snapshotDocumentSchema(), JSON.parse(world.out()))
    expect(document).toMatchObject({
      schemaVersion: 1,
      origin: 'simulated',
      network: 'simulator',
      source: {
        kind: 'direct',
        transport: 'stream',
        state: 'live',
        stale: false,
        staleReasons: [],
        lastError: null,
      },
      key: { canWrite: false },
      totals: { positionCount: 3 },
    })
    expect(document.totals.equitySats).toBeGreaterThan(12_000_000)
    expect(document.positions).toHaveLength(3)
    expect(document.orders).toHaveLength(2)
    expect(document.alerts).toMatchObject([{ kind: 'liquidation', level: 'critical' }])
    expect(document.alerts[0]?.positionId).toBe(document.positions?.[0]?.id)
  })

  test('prints text within 80 columns on a terminal, marked as simulated', async () => {
    const world = openFakeWorld({ terminal: true })
    expect(await world.run('snapshot')).toBe(0)
    const lines = world.out().split('\n')
    expect(lines[0]).toMatch(/^SIMULATED {2}simulator · live · data \d\.\ds old · 2026-11-23 18:00:0\d UTC$/)
    expect(world.out()).toContain('POSITIONS 3\n')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
  })

  test('drops columns on a narrow terminal, and never cuts numbers', async () => {
    const world = openFakeWorld({ terminal: 20 })
    expect(await world.run('positions')).toBe(0)
    expect(world.out()).toContain('RISK  MODE  SIDE\nCRIT  iso   LONG\n')
  })

  test('prints only the requested fields', async () => {
    const world = openFakeWorld()
    expect(await world.run('snapshot', '--fields', 'positions.side,totals.positionCount,origin')).toBe(0)
    expect(world.out()).toBe(
      '{"origin":"simulated","totals":{"positionCount":3},"positions":[{"side":"long"},{"side":"short"},{"side":"long"}]}\n',
    )
  })

  test('prints CSV with a header, one row per position and the simulated mark', async () => {
    const world = openFakeWorld()
    expect(await world.run('snapshot', '--format', 'csv')).toBe(0)
    const rows = world.out().split('\r\n')
    expect(rows[0]).toMatch(/^asOf,origin,network,stale,id,mode,side,quantityUsd,/)
    expect(rows).toHaveLength(5)
    expect(rows[1]).toMatch(
      /^2026-11-23T18:00:0\d\.\d{3}Z,simulated,simulator,false,[0-9a-f-]{36},isolated,long,10000,/,
    )
  })

  test('labels every Prometheus sample as simulated', async () => {
    const world = openFakeWorld()
    expect(await world.run('snapshot', '--format', 'prom')).toBe(0)
    const samples = world
      .out()
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
    expect(samples.length).toBeGreaterThan(40)
    for (const sample of samples)
      expect(sample).toMatch(/^axisor_[a-z_]+\{origin="simulated",network="simulator"[^}]*\} -?[\d.e+-]+$/)
    expect(world.out()).toContain('axisor_positions{origin="simulated",network="simulator"} 3\n')
  })

  test.each([['snapshot', '--format', 'line'], ['line']])('prints one line (%s %s)', async (...argv) => {
    const world = openFakeWorld()
    expect(await world.run(...argv.filter(Boolean))).toBe(0)
    expect(world.out()).toMatch(/^[^\n]*SIM[^\n]*CRIT L10k 2\.\d\d%[^\n]*\n$/)
  })

  test('uses neither network nor real keys with --demo', async () => {
    const world = openFakeWorld({
      env: { AXISOR_API_KEY: undefined, AXISOR_API_SECRET: undefined, AXISOR_API_PASSPHRASE: undefined },
      net: () => {
        throw new Error('the network was opened')
      },
    })
    expect(await world.run('snapshot', '--demo', '--fields', 'origin')).toBe(0)
    expect(world.out()).toBe('{"origin":"simulated"}\n')
  })

  test('exits quietly if stdout is closed', async () => {
    const world = openFakeWorld({ readsUpTo: 0 })
    expect(await world.run('snapshot')).toBe(0)
    expect([world.out(), world.err()]).toEqual(['', ''])
  })

  test('exits 130 on Ctrl-C while it waits, and prints nothing', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"holdSnapshot","ms":60000}')
    const running = await world.start('snapshot')
    await world.clock.advance(500)
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
    expect([world.out(), world.err()]).toEqual(['', ''])
    expect(world.listeners()).toBe(0)
  })
})

describe('the views of the snapshot', () => {
  test.each([
    ['positions', ['key', 'totals', 'positions']],
    ['orders', ['key', 'orders']],
    ['account', ['key', 'account', 'totals']],
    ['market', ['market']],
  ])('%s --json includes origin and age', async (command, parts) => {
    const world = openFakeWorld({ terminal: true })
    expect(await world.run(command, '--json')).toBe(0)
    const document = JSON.parse(world.out()) as Record<string, unknown>
    expect(Object.keys(document).sort()).toEqual(
      ['schemaVersion', 'asOf', 'origin', 'network', 'source', 'parts', ...parts].sort(),
    )
  })

  test.each([
    ['positions', /^SIMULATED[^\n]*\n\nPOSITIONS 3\nRISK/],
    ['orders', /^SIMULATED[^\n]*\n\nORDERS 2\nTYPE/],
    ['account', /^SIMULATED[^\n]*\n\nUSER {5}simulated_trader[^\n]*\n\nEQUITY/],
    ['market', /^SIMULATED[^\n]*\n\nBTC {6}index/],
  ])('%s prints a table on a terminal', async (command, expected) => {
    const world = openFakeWorld({ terminal: true })
    expect(await world.run(command)).toBe(0)
    expect(world.out()).toMatch(expected)
  })

  test('market needs no key and uses none', async () => {
    const requested: string[] = []
    const world = openFakeWorld({
      env: { AXISOR_API_KEY: 'only-a-part' },
      net: net => ({
        ...net,
        http: {
          ...net.http,
          get: (origin, target, headers, timeoutMs) => {
            requested.push(target, ...Object.keys(headers))
            return net.http.get(origin, target, headers, timeoutMs)
          },
        },
      }),
    })
    expect(await world.run('market', '--csv')).toBe(0)
    expect(requested).toEqual(['/v3/futures/ticker'])
    expect(world.out()).toMatch(/^asOf,origin,network,stale,lastPriceUsd,[^\n]*\r\n[^\n]*,false,\d+/)
  })
})

describe('axisor schema', () => {
  test('prints the JSON Schema of the document, which allows further fields', async () => {
    const world = openFakeWorld()
    expect(await world.run('schema')).toBe(0)
    const schema = JSON.parse(world.out()) as Record<string, unknown>
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: true,
    })
    expect(world.out()).not.toContain('"additionalProperties": false')
  })

  test('prints that of the document with this name', async () => {
    const titles = async (...name: readonly string[]) => {
      const world = openFakeWorld()
      expect(await world.run('schema', ...name)).toBe(0)
      expect(world.out()).not.toContain('"additionalProperties": false')
      return JSON.parse(world.out()).title
    }
    expect(await titles()).toBe('axisor snapshot 1')
    expect(await titles('snapshot')).toBe('axisor snapshot 1')
    expect(await titles('notice')).toBe('axisor notice 1')
    expect(await titles('event')).toBe('axisor event 1')
  })

  test('rejects an unknown document with the known ones', async () => {
    const world = openFakeWorld()
    expect(await world.run('schema', 'notices')).toBe(2)
    expect(world.err()).toContain('not one of snapshot, notice, event')
  })
})

describe('axisor demo without a terminal', () => {
  test('prints one snapshot as text and exits 0', async () => {
    const world = openFakeWorld({ env: { AXISOR_API_KEY: undefined } })
    expect(await world.run('demo')).toBe(0)
    expect(world.printed).toHaveLength(1)
    expect(world.out()).toMatch(/^SIMULATED {2}simulator · live/)
    expect(world.err()).toBe('')
  })
})
