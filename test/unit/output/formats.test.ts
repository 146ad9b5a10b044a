import { describe, expect, test } from 'vitest'
import { sanitize } from '../../../src/domain/sanitize.ts'
import { accountCsv, ordersCsv, positionsCsv } from '../../../src/output/csv.ts'
import { pickFields } from '../../../src/output/fields.ts'
import { prometheusText } from '../../../src/output/prometheus.ts'
import { snapshotOf } from '../../../src/output/snapshot.ts'
import { tableLines } from '../../../src/output/table.ts'
import { SNAPSHOT_SECTIONS, textOf, userLines } from '../../../src/output/text.ts'
import { reduce } from '../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE } from '../../../src/store/state.ts'
import { snapshotFieldPaths } from '../../../src/wire/snapshot-fields.ts'
import { snapshotJsonSchema } from '../../../src/wire/snapshot-schema.ts'
import { resetEvent, T0 } from '../../support/samples.ts'

/** The parts of a JSON Schema that define field names. */
interface Part {
  readonly properties?: Readonly<Record<string, Part>>
  readonly items?: Part
  readonly anyOf?: readonly Part[]
}

function pathsBelow(part: Part, prefix: string): readonly string[] {
  const own = Object.entries(part.properties ?? {}).flatMap(([name, member]) => [
    prefix + name,
    ...pathsBelow(member, `${prefix}${name}.`),
  ])
  const inside = [...(part.anyOf ?? []), ...(part.items === undefined ? [] : [part.items])]
  return [...own, ...inside.flatMap(each => pathsBelow(each, prefix))]
}

const STATE = reduce(INITIAL_STATE, resetEvent(T0))
const LIVE = snapshotOf(STATE, T0)
const STALE = snapshotOf(STATE, T0 + 42_000)
const UNKNOWN = snapshotOf(INITIAL_STATE, T0)

describe('text', () => {
  test('marks every stale number and gives the reason', () => {
    const text = textOf(STALE, SNAPSHOT_SECTIONS, 80)
    expect(text).toMatch(/· STALE · data 42s old ·/)
    expect(text).toContain('STALE: ')
    expect(text).toContain('EQUITY   ~')
    expect(text).toContain('~-360,869')
    expect(text).toContain('\nALERTS not evaluated: market data 42 s old\n')
    expect(textOf(LIVE, SNAPSHOT_SECTIONS, 80)).not.toContain('~')
  })

  test('shows dots for unknown values, never 0', () => {
    const text = textOf(UNKNOWN, SNAPSHOT_SECTIONS, 80)
    expect(text).toContain('EQUITY   not known: account data is not read')
    expect(text).toContain('P&L      ~··· sat')
    expect(text).toContain('POSITIONS not known')
    expect(text).not.toMatch(/\b0 sat/)
  })

  test('replaces control characters of foreign text', () => {
    const document = { ...LIVE, account: { ...LIVE.account, username: '\x1b]0;owned\x07‮x\n' } }
    expect(textOf(document, [userLines], 80)).toMatch(/^USER {5}\?\]0;owned\?\?x {2}fee /)
    expect(sanitize('é漢👍')).toBe('é漢👍')
  })

  test('shows n/a for a missing liquidation price', () => {
    const positions = (LIVE.positions ?? []).map(row => ({ ...row, liquidationPriceUsd: null }))
    expect(textOf({ ...LIVE, positions }, SNAPSHOT_SECTIONS, 80)).toContain(' n/a ')
  })
})

describe('tables', () => {
  const columns = [
    { title: 'A', align: 'left' as const, cell: (row: number) => `a${row}` },
    { title: 'LONG', align: 'right' as const, cell: (row: number) => String(row) },
  ]

  test('are as wide as needed', () => {
    expect(tableLines(columns, [1, 100], 80)).toEqual(['A     LONG', 'a1       1', 'a100   100'])
  })

  test('drop whole columns from the right and keep the first', () => {
    expect(tableLines(columns, [1], 7)).toEqual(['A', 'a1'])
    expect(tableLines(columns, [1], 0)).toEqual(['A', 'a1'])
  })
})

describe('csv', () => {
  test('quotes special characters as in RFC 4180', () => {
    const document = { ...LIVE, account: { ...LIVE.account, username: 'a "b", c\nd' } }
    expect(accountCsv(document)).toContain(',"a ""b"", c\nd",')
  })

  test('prints the header without rows, and empty cells for unknown values', () => {
    expect(positionsCsv(UNKNOWN)).toMatch(/^asOf,[^\n]*\r\n$/)
    expect(ordersCsv(LIVE).split('\r\n')).toHaveLength((LIVE.orders?.length ?? 0) + 2)
    const positions = (LIVE.positions ?? []).slice(0, 1).map(row => ({ ...row, liquidationPriceUsd: null }))
    const [header = '', row = ''] = positionsCsv({ ...LIVE, positions }).split('\r\n')
    expect(row.split(',')[header.split(',').indexOf('liquidationPriceUsd')]).toBe('')
  })
})

describe('prometheus', () => {
  test('omits unknown values', () => {
    const text = prometheusText(UNKNOWN)
    expect(text).not.toContain('axisor_equity_sats')
    expect(text).toContain('axisor_source_stale{origin="unknown",network="unknown"} 1\n')
  })

  test('prints HELP and TYPE of each metric once, before its samples', () => {
    const lines = prometheusText(LIVE).trimEnd().split('\n')
    const described = lines.filter(line => line.startsWith('# TYPE')).map(line => line.split(' ')[2])
    expect(new Set(described).size).toBe(described.length)
    let current = ''
    for (const line of lines) {
      if (line.startsWith('# HELP')) current = line.split(' ')[2] ?? ''
      else if (!line.startsWith('#')) expect(line.split('{')[0]).toBe(current)
    }
  })

  test('reports the time of the data, not only its age', () => {
    expect(prometheusText(STALE)).toContain(
      `axisor_source_data_timestamp_seconds{origin="exchange",network="mainnet"} ${(T0 - 80) / 1000}\n`,
    )
    expect(prometheusText(STALE)).toContain('axisor_source_stale{origin="exchange",network="mainnet"} 1\n')
  })

  test('escapes labels', () => {
    const positions = (LIVE.positions ?? []).slice(0, 1).map(row => ({ ...row, id: 'a"b\\c\n' }))
    expect(prometheusText({ ...LIVE, positions })).toContain('id="a\\"b\\\\c\\n"')
  })
})

describe('fields', () => {
  test('are picked through objects and arrays in document order', () => {
    const value = { a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }], h: null }
    expect(pickFields(value, ['e.f', 'b.c', 'h'])).toEqual({ b: { c: 2 }, e: [{ f: 4 }], h: null })
    expect(pickFields(value, ['b', 'b.c'])).toEqual({ b: { c: 2, d: 3 } })
  })

  test('match the schema: every path exists, and no other', () => {
    expect(snapshotFieldPaths()).toEqual(pathsBelow(snapshotJsonSchema(), ''))
    const paths = snapshotFieldPaths()
    expect(paths).toEqual(
      expect.arrayContaining(['asOf', 'source.rateLimit.limit', 'positions.id', 'alerts.message']),
    )
    expect(new Set(paths).size).toBe(paths.length)
    for (const path of paths) expect(Object.keys(pickFields(LIVE, [path]) as object)).toHaveLength(1)
  })
})
