import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PART_ERROR_KINDS, PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import { sats, usd } from '../../src/domain/units.ts'
import { madePosition, readAt, statusEvent } from '../support/samples.ts'
import {
  answered,
  failed,
  IMPAIRED,
  impairedContext,
  impairedStore,
  NOW,
  type PartFailure,
  unread,
} from './part-screens.ts'
import { read, withUi } from './sample-screens.ts'

const SIZE = { columns: 80, rows: 24 }
const WIDE = { columns: 200, rows: 60 }
const NAMES = Object.keys(IMPAIRED)

/** The screen of an account of `IMPAIRED`. */
function screen(name: string, size = SIZE): { header: string; risk: string; all: string } {
  const make = IMPAIRED[name]
  if (make === undefined) throw new Error(`no account ${name}`)
  return partsOf(read(impairedContext(make(), size)))
}

function partsOf(all: string): { header: string; risk: string; all: string } {
  const lines = all.split('\n')
  return { header: lines[0] ?? '', risk: lines.at(-2) ?? '', all }
}

describe('draws the overview', () => {
  test.each(NAMES)('of the account %s at 80×24', async name => {
    await expect(`${screen(name).all}\n`).toMatchFileSnapshot(`screens/part-${name}.txt`)
  })

  test.each(['positions-failed', 'row-unreadable', 'isolated-gone', 'other-market', 'prices-silent'])(
    'of the account %s at 40×20 and 60×20',
    async name => {
      const both = [40, 60].map(columns => screen(name, { columns, rows: 20 }).all).join('\n')
      await expect(`${both}\n`).toMatchFileSnapshot(`screens/part-${name}-list.txt`)
    },
  )

  test.each(['positions-failed', 'row-unreadable'])('of the account %s at 200×60', async name => {
    await expect(`${screen(name, WIDE).all}\n`).toMatchFileSnapshot(`screens/part-${name}-200x60.txt`)
  })

  test('of each account at 20×5', async () => {
    const all = NAMES.map(name => `# ${name}\n${screen(name, { columns: 20, rows: 5 }).all.trimEnd()}\n`)
    await expect(all.join('')).toMatchFileSnapshot('screens/part-tiny.txt')
  })
})

test('names the failed part in the header and keeps the prices live', () => {
  const { header, all } = screen('positions-failed')
  expect(header).toContain('✗ iso positions FAILED 42s prices 0.4s')
  expect(all).toContain('bid 68,418.0')
  expect(all).toContain('! Isolated positions FAILED 42s old: HTTP 503  since 18:47:44Z')
})

test('marks the rows of a failed part and no other, and gives no total over it', () => {
  const { all } = screen('positions-failed')
  expect(all).toMatch(/▸~CRIT iso LONG .* ~-360,869 ~-50\.6 .* ~2\.35 /)
  expect(all).toMatch(/ {2}ok {3}X {3}LONG .* \+607,011 {3}\+6\.7 /)
  expect(all).toContain('UNREAL ···')
  expect(all).toContain('EQUITY ···  iso positions FAILED')
  expect(all).toContain('MARGIN ···')
  expect(all).toContain('FREE 2,015,086')
})

test('keeps positions, totals over them and alerts live while only orders fail', () => {
  const { header, risk, all } = screen('orders-failed')
  expect(header).toContain('◐ iso orders FAILED 42s')
  expect(risk).toContain('‼ CRIT ISO LONG 7f3a — 2.35% (1,608 USD) to liquidation, no stop-loss  [a]ck')
  expect(all).toContain(' ~limit BUY  10,000 $')
  expect(all).toContain('UNREAL +400,551')
  expect(all.match(/~/g)).toHaveLength(5)
  expect(screen('orders-failed', WIDE).risk).toContain('positions and alerts live')
})

test('evaluates no alert and freezes the derived numbers while prices are old', () => {
  const { header, risk, all } = screen('prices-silent')
  expect(header).toContain('✗ PRICES FAILED 42s')
  expect(risk).toContain('!! PRICES 42s OLD: Liq alerts NOT evaluated; ~P&L and ~distances frozen.')
  expect(all).toContain('FREE 2,015,086')
  expect(all).toContain('MARGIN 10,428,066')
  expect(screen('prices-silent', WIDE).risk).toContain('Positions, orders and balance are live.')
})

test('compares no new P&L of the exchange with an old price', () => {
  const isolated = readAt(NOW - 400, [madePosition({ exchangePlSats: sats(-300_000) })])
  const text = (failures: Parameters<typeof impairedStore>[0]): string =>
    read(impairedContext(impairedStore(failures, { isolated }), SIZE))
  expect(text({ market: answered(503, 'market') })).not.toContain('Δ')
  expect(text({})).toContain('Δ-360,869')
})

test('evaluates alerts on old rows, which may only get worse', () => {
  const { risk, all } = screen('positions-failed', WIDE)
  expect(risk).toContain(
    'risk unknown: isolated positions 42s old (HTTP 503); alerts on old rows only get worse',
  )
  expect(all).toMatch(/7f3a LONG \(row 42s old\) 2\.35% from +│/)
})

test('keeps an unreadable row on the screen, with its field, its id and its last known values', () => {
  const { header, risk, all } = screen('row-unreadable')
  expect(header).toContain('✗ iso positions PARTIAL')
  expect(all).toContain("‼ 1 position (7f3a) can't be read: side is missing  its last row is 42s old")
  expect(all).toMatch(/▸~CRIT iso LONG .* ~-360,869 /)
  expect(all).toMatch(/EQUITY ··· +1 position unread/)
  expect(all).toContain('UNREAL ···')
  expect(all).toContain("CRIT 7f3a can't be read: side is missing; its risk is unknown")
  expect(risk).toContain("‼ CRIT 7f3a LONG ~2.35% · risk unknown: 7f3a can't be read")
})

test('counts unreadable rows and names some of them', () => {
  const { all, risk } = screen('rows-unreadable')
  expect(all).toContain("‼ 3 positions can't be read: side is missing and other faults  (aaaa, bbbb)")
  expect(risk).toContain("risk unknown: 3 positions can't be read")
})

test.each(['flat-unreadable', 'positions-refused', 'cross-unreadable', 'no-data'])(
  'shows no safety while a position of %s may be unread',
  name => {
    for (const [columns, rows] of [
      [200, 60],
      [80, 24],
      [40, 12],
      [20, 5],
    ] as const) {
      const { all, risk } = screen(name, { columns, rows })
      expect(all).not.toMatch(/nothing at risk|No open positions|no positions|flat/)
      expect(risk).not.toMatch(/^ *ok /)
    }
  },
)

test('names the permission that the key lacks as the reason of an unknown risk', () => {
  expect(screen('positions-refused').risk).toContain(
    '! risk unknown: isolated positions not read (key needs futures:isolated:read)',
  )
  expect(screen('positions-refused', WIDE).risk).toContain('(HTTP 403: key needs futures:isolated:read)')
})

test('shows until when a part is limited', () => {
  const { header } = screen('account-limited', { columns: 120, rows: 40 })
  expect(header).toContain('◐ account LIMITED 42s')
  expect(header).toContain('rate-limited until 18:49:30Z')
  expect(screen('account-limited').all).toContain('FREE~2,015,086')
})

test('asks for an update of axisor in one sentence when a family of routes is gone', () => {
  expect(screen('isolated-gone').all).toContain(
    'Isolated positions GONE 42s old: isolated API gone: update axisor',
  )
  expect(screen('isolated-gone').risk).toContain('iso positions gone, update axisor')
  expect(screen('all-gone').header).toContain('whole API gone: update axisor')
})

test('shows rows of another market with its name and values none of their numbers', () => {
  const { all, risk } = screen('other-market')
  expect(all).toMatch(/▸ WARN iso LONG +··· +··· +··· +··· +··· +··· ···/)
  expect(all).toContain('! 1 position of BTC_EUR: not valued  its risk is unknown')
  expect(all).toContain('! 1 order of ETH_USD: not valued')
  expect(all).toMatch(/EQUITY ··· +position of BTC_EUR not valued/)
  expect(risk).toContain('of BTC_EUR: not valued, its risk is unknown')
  expect(screen('other-market', { columns: 120, rows: 40 }).all).not.toMatch(/LIQ +7f3a|entry 7f3a|E 7f3a/)
})

test('shows the text of a market without control characters', () => {
  const isolated = readAt(NOW - 400, [madePosition({ otherMarket: '\u001b[2J\u202eBTC' })])
  const text = read(impairedContext(impairedStore({}, { isolated }), SIZE))
  expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u)
  expect(text).toContain('BTC: not valued')
})

test('lists state, age, time and rows of each part in the diagnostics', () => {
  const store = impairedStore({
    isolatedPositions: unread({ id: 'abcd1', field: 'side', problem: 'is missing' }),
    account: answered(503, 'account'),
    crossOrders: { faults: [{ id: 'c0c0c0', field: 'price', problem: 'is a number in a string' }] },
  })
  const text = read(withUi(impairedContext(store, { columns: 80, rows: 40 }), { view: 'diagnostics' }))
  expect(text).toMatch(/market data +live +0\.4s\n/)
  expect(text).toMatch(/account data +failed +42s 18:47:44Z\n {3}HTTP 503\n/)
  expect(text).toMatch(
    /isolated positions partial +0\.5s 18:47:44Z +1\n {3}abcd can't be read: side is missing\n/,
  )
  expect(text).toMatch(
    /cross orders +live +0\.5s +18:47:44Z +1\n {3}c0c0 price is a number in a string\n|cross orders +live +0\.5s +1\n {3}c0c0 price is a number in a string\n/,
  )
})

test('names the failed part beside the state of the link', () => {
  const store = impairedStore({ account: answered(503, 'account') })
  store.dispatch(
    statusEvent(NOW - 100, { link: 'waiting', transport: 'http', retryAt: NOW + 2_000, attempt: 2 }),
  )
  const { header } = partsOf(read(impairedContext(store, WIDE)))
  expect(header).toContain('◐ account FAILED 42s  prices 0.4s  HTTP only  retry 2 in 2s')
})

const error = fc
  .constantFrom(...PART_ERROR_KINDS)
  .map(kind => failed(kind, 'api.lnmarkets.com answered 503 to GET /v3/x'))
const row = fc.record({
  id: fc.option(fc.uuid()),
  field: fc.constantFrom('side', 'price'),
  problem: fc.constant('is missing'),
})
const rows = fc.array(row, { minLength: 1, maxLength: 4 }).map(all => unread(...all))
const failures: fc.Arbitrary<Partial<Record<PartName, PartFailure>>> = fc.record(
  {
    market: error,
    account: error,
    isolatedPositions: fc.oneof(error, rows),
    isolatedOrders: fc.oneof(error, rows),
    crossPosition: error,
    crossOrders: fc.oneof(error, rows),
  },
  { requiredKeys: [] },
)
const size = fc.oneof(
  fc.record({ columns: fc.integer({ min: 40, max: 220 }), rows: fc.integer({ min: 8, max: 70 }) }),
  fc.constantFrom({ columns: 79, rows: 24 }, { columns: 80, rows: 24 }, { columns: 60, rows: 20 }),
)
const badges = fc.constantFrom({}, { origin: 'simulated', network: 'simulator' } as const)

test('shows no failing part as live, at any size', () => {
  fc.assert(
    fc.property(failures, size, badges, (parts, dimensions, over) => {
      const context = impairedContext(impairedStore(parts, over), dimensions)
      const { header, risk, all } = partsOf(read(context))
      const { source, mayLackPosition } = context.model
      const impaired = PART_NAMES.filter(part => source.parts[part].state !== 'live')
      expect(header.includes('● LIVE')).toBe(impaired.length === 0)
      const words = impaired.map(part => source.parts[part].state.toUpperCase())
      if (impaired.length > 0)
        expect([...words, 'STALE', 'NO PRICES', 'WAITING'].some(word => header.includes(word))).toBe(true)
      if (mayLackPosition) expect(all).not.toMatch(/nothing at risk|No open positions|no positions/)
      const last = dimensions.rows < 10 ? (all.split('\n').at(-1) ?? '') : risk
      if (context.model.market.stale) expect(last).toMatch(/NOT evaluated|alerts are OFF/)
      else if (mayLackPosition) expect(last).toMatch(/risk unknown|\+ unread/)
    }),
    { numRuns: 150 },
  )
})

test('keeps the numbers of the parts that do not fail, unmarked', () => {
  fc.assert(
    fc.property(failures, parts => {
      const context = impairedContext(impairedStore(parts), WIDE)
      const { all } = partsOf(read(context))
      const isLive = (part: PartName): boolean => context.model.source.parts[part].state === 'live'
      if (isLive('market')) expect(all).toContain('idx 68,412.0')
      if (isLive('account')) expect(all).toMatch(/free +2,015,086/)
      if (isLive('market') && isLive('crossPosition'))
        expect(all).toMatch(/ {2}ok {3}cross .* 68,418\.0 .* \+607,011 /)
      const isIsolatedLive = isLive('isolatedPositions') && isLive('market')
      if (isIsolatedLive) expect(all).toMatch(/ CRIT iso .* -360,869 +-246\.88 +-50\.6/)
      if (isIsolatedLive && isLive('crossPosition')) expect(all).toMatch(/UNREALIZED +\+400,551 sat/)
    }),
    { numRuns: 60 },
  )
})

test('cuts no number, unit or state, at any size', () => {
  const large = madePosition({
    quantityUsd: 4_000_000,
    marginSats: sats(90_000_000_000),
    liquidationPriceUsd: usd(1_066_809.5),
  })
  fc.assert(
    fc.property(failures, size, fc.boolean(), (parts, dimensions, isLarge) => {
      const over = isLarge ? { isolated: readAt(NOW - 400, [large]) } : {}
      const text = read(impairedContext(impairedStore(parts, over), dimensions))
      expect(text).not.toMatch(/\d[.,]…|[~+-]…/)
      expect(text).not.toMatch(/\b(UNREADABL|UNREADA|FAILE|FAIL|REFUSE|LIMITE|PARTIA|STAL|GON|SILEN)E?…/)
      expect(text).not.toMatch(/\d (s|sa|U|US|u|us)…/)
    }),
    { numRuns: 150 },
  )
})
