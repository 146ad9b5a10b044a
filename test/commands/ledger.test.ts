import { describe, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import { auditDocumentSchema } from '../../src/wire/ledger/audit-document.ts'
import { fundingDocumentSchema, historyDocumentSchema } from '../../src/wire/ledger/history-documents.ts'
import { reportDocumentSchema } from '../../src/wire/ledger/report-document.ts'
import {
  depositsDocumentSchema,
  swapsDocumentSchema,
  withdrawalsDocumentSchema,
} from '../../src/wire/ledger/wallet-documents.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { openRealWorld } from '../support/real-world.ts'

const DOCUMENTS: readonly (readonly [string, () => z.ZodMiniType])[] = [
  ['audit', auditDocumentSchema],
  ['report', reportDocumentSchema],
  ['deposits', depositsDocumentSchema],
  ['withdrawals', withdrawalsDocumentSchema],
  ['swaps', swapsDocumentSchema],
  ['history', historyDocumentSchema],
  ['funding', fundingDocumentSchema],
]

describe('documents of the history', () => {
  test.each(DOCUMENTS)('axisor %s prints one that its strict schema accepts', async (name, schema) => {
    const world = openFakeWorld()
    expect(await world.run(name)).toBe(0)
    expect(schema().safeParse(JSON.parse(world.out())).error).toBeUndefined()
  })

  test.each([...DOCUMENTS.map(([name]) => name), 'story'])(
    'axisor schema %s prints its JSON Schema',
    async name => {
      const world = openFakeWorld()
      expect(await world.run('schema', name)).toBe(0)
      expect(JSON.parse(world.out())).toMatchObject({ title: `axisor ${name} 1`, type: 'object' })
    },
  )
})

describe('axisor audit', () => {
  test('prints balanced books as a table, exit 0', async () => {
    const world = openFakeWorld({ terminal: 120 })
    expect(await world.run('audit')).toBe(0)
    expect(world.out()).toMatch(/^SIMULATED {2}simulator · books in sat\nBALANCED\n/)
    expect(world.out()).toMatch(/REST +0\n/)
    expect(world.out()).toMatch(/\nDAY UTC +CHANGE sat/)
  })

  test('exits 9 if a deposit is missing, and names it', async () => {
    const world = openRealWorld()
    world.exchange.state.books.lightningDeposits.shift()
    expect(await world.run('audit')).toBe(9)
    const document = JSON.parse(world.out())
    expect(document).toMatchObject({ balances: false, restSats: 11_600_000 })
    expect(document.findings).toEqual([
      expect.objectContaining({ kind: 'deposit-missing', sats: 11_600_000, from: null }),
    ])
  })

  test('exits 9 with the reason while a listing is incomplete', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"route","answer":"status","code":403,"route":"/synthetic-usd/swaps"}')
    expect(await world.run('audit')).toBe(9)
    expect(JSON.parse(world.out())).toMatchObject({ balances: null, restSats: null, expectedSats: null })
  })
})

describe('axisor report', () => {
  test('prints periods with a total on a terminal', async () => {
    const world = openFakeWorld({ terminal: 140 })
    expect(await world.run('report', '--by', 'week', '--zone', 'Europe/Berlin')).toBe(0)
    expect(world.out()).toMatch(/by week, Europe\/Berlin\n\nPERIOD +NET sat/)
    expect(world.out()).toMatch(/\ntotal +[-+][\d,]+/)
  })

  test('sums periods to the total', async () => {
    const world = openFakeWorld()
    expect(await world.run('report', '--by', 'day')).toBe(0)
    const { periods, total } = JSON.parse(world.out())
    for (const field of ['grossPlSats', 'feesSats', 'fundingSats', 'netPlSats', 'trades'])
      expect(
        periods.reduce((sum: number, period: Record<string, number>) => sum + Number(period[field]), 0),
      ).toBe(total[field])
  })

  test.each([
    ['axisor', 'at,kind,id,amountSats', false],
    ['koinly', 'Date,Sent Amount,Sent Currency', true],
    ['cointracking', 'Type,Buy Amount,Buy Currency', true],
  ])('prints the tax layout %s', async (layout, header, warns) => {
    const world = openFakeWorld()
    expect(await world.run('report', '--tax', layout)).toBe(0)
    expect(world.out().startsWith(header)).toBe(true)
    expect(world.out().split('\r\n').length).toBeGreaterThan(60)
    expect(world.err().includes('was not tried with the service')).toBe(warns)
  })

  test.each([
    [['--from', 'yesterday'], '--from yesterday: not a date such as 2026-11-28'],
    [['--from', '2026-02-30'], '--from 2026-02-30: not a date'],
    [['--zone', 'Mars'], '--zone Mars: not a time zone'],
    [['--since', '7d', '--from', '2026-11-01'], '--since and --from exclude each other'],
    [['--from', '2026-11-02', '--to', '2026-11-01'], 'the range ends before it begins'],
    [['--tax', 'koinly', '--json'], '--tax and --json exclude each other'],
  ])('rejects %s in one line', async (flags, message) => {
    const world = openFakeWorld()
    expect(await world.run('report', ...flags)).toBe(2)
    expect(world.err()).toContain(message)
    expect(world.out()).toBe('')
  })
})

test('axisor report --tax has the price of the minute of a deposit, and none if there is no candle', async () => {
  const world = openFakeWorld()
  world.exchange.control('{"do":"deposit","sats":40000}')
  await world.clock.advance(120_000)
  expect(await world.run('report', '--tax', 'axisor')).toBe(0)
  const deposits = world
    .out()
    .split('\r\n')
    .filter(line => line.includes(',deposit,'))
  expect(deposits.at(-1)).toMatch(/,40000,0,40000,6\d{4}(\.\d+)?,2\d\.\d+,0,2\d\.\d+,$/)
  expect(deposits[0]).toMatch(/,deposit,[^,]+,11600000,0,11600000,(\d+(\.\d+)?)?,/)
})

describe('listings with a range', () => {
  test.each(['deposits', 'withdrawals', 'swaps', 'history', 'funding'])(
    'axisor %s prints the newest with --limit',
    async name => {
      const world = openFakeWorld()
      expect(await world.run(name, '--since', '60d', '--limit', '1')).toBe(0)
      const document = JSON.parse(world.out())
      const rows = document.rows ?? document.fees ?? [...document.trades, ...document.crossFills]
      expect(rows).toHaveLength(1)
      expect(document.truncated).toBe(name !== 'swaps')
    },
  )

  test('axisor history prints what is within --from and --to, and sums only that', async () => {
    const world = openFakeWorld()
    expect(await world.run('history', '--from', '2026-11-10', '--to', '2026-11-12')).toBe(0)
    const { since, to, trades, netPlSats } = JSON.parse(world.out())
    expect([since, to]).toEqual(['2026-11-10T00:00:00.000Z', '2026-11-12T23:59:59.999Z'])
    expect(trades.length).toBeGreaterThan(0)
    for (const { closedAt } of trades) expect(closedAt >= since && closedAt <= to).toBe(true)
    expect(netPlSats).toEqual(expect.any(Number))
  })

  test('axisor deposits has no sum if a row is unreadable, exit 6', async () => {
    const world = openFakeWorld()
    world.exchange.control(
      '{"do":"row","route":"/account/deposits/lightning","row":0,"field":"amount","action":"drop"}',
    )
    expect(await world.run('deposits')).toBe(6)
    expect(JSON.parse(world.out()).totalSats).toBeNull()
    expect(world.err()).toContain('the list is incomplete: depositsLightning: row ')
  })

  test('axisor swaps exits 4 if the key may not read them', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"route","answer":"status","code":403,"route":"/synthetic-usd/swaps"}')
    expect(await world.run('swaps')).toBe(4)
    expect(world.out()).toBe('')
  })
})

describe('stored ledgers', () => {
  test('are named by network and account id, and survive an export and import', async () => {
    const world = openRealWorld()
    expect(await world.run('audit')).toBe(0)
    expect(await world.run('ledger', 'path', '--json')).toBe(0)
    const { ledgers } = JSON.parse(world.printed.at(-1) ?? '')
    const { userId } = world.exchange.state.books
    expect(ledgers).toEqual([expect.objectContaining({ network: 'mainnet', accountId: userId })])
    expect(await world.run('ledger', 'export')).toBe(0)
    const exported = world.printed.at(-1) ?? ''
    const other = openRealWorld({
      files: { '/tmp/ledger.jsonl': { text: exported, othersMayRead: false, othersMayWrite: false } },
    })
    expect(await other.run('ledger', 'import', '/tmp/ledger.jsonl')).toBe(0)
    expect(await other.run('ledger', 'export')).toBe(0)
    expect(other.printed.at(-1)).toBe(exported)
  })

  test('belong to an account: a key of another one on the same profile has its own', async () => {
    const world = openRealWorld()
    expect(await world.run('audit')).toBe(0)
    const { books } = world.exchange.state
    const first = books.userId
    Object.assign(books, { userId: '99999999-8888-4777-8666-555555555555' })
    expect(await world.run('audit')).toBe(0)
    expect(await world.run('ledger', 'path', '--json')).toBe(0)
    const { ledgers } = JSON.parse(world.printed.at(-1) ?? '') as { ledgers: { accountId: string }[] }
    expect(ledgers.map(({ accountId }) => accountId).toSorted()).toEqual([first, books.userId].toSorted())
  })

  test('are not made for simulated data', async () => {
    const world = openFakeWorld()
    expect(await world.run('audit')).toBe(0)
    expect(await world.run('ledger', 'path')).toBe(0)
    expect(world.err()).toContain('no ledger is stored')
  })

  test.each([
    ['', 'line 1 of the file: '],
    ['{"format":"axisor-ledger","version":2}', 'line 1 of the file: version '],
    [
      '{"format":"axisor-ledger","version":1,"network":"mainnet","accountId":"a"}\n{"table":"x"}',
      'line 2 of the file: is neither',
    ],
    [
      '{"format":"axisor-ledger","version":1,"network":"mainnet","accountId":"a"}\n{',
      'line 2 of the file: is not JSON',
    ],
  ])('refuse the import of %j', async (text, message) => {
    const world = openRealWorld({
      files: { '/tmp/l': { text, othersMayRead: false, othersMayWrite: false } },
    })
    expect(await world.run('ledger', 'import', '/tmp/l')).toBe(6)
    expect(world.err()).toContain(message)
  })

  test('are deleted by logout --all after a yes, and stay without a user', async () => {
    const world = openRealWorld()
    await world.run('audit')
    expect(await world.run('logout', '--all')).toBe(0)
    expect(world.err()).toContain('The stored history stays:')
    const asked = openRealWorld({ terminal: true, typedKeys: 'y\r' })
    await asked.run('audit')
    expect(await asked.run('logout', '--all')).toBe(0)
    expect(asked.err()).toContain('The stored history is deleted:')
    expect(await asked.run('ledger', 'path')).toBe(0)
    expect(asked.err()).toContain('no ledger is stored')
  })
})
