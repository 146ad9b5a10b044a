import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sats, usd } from '../../src/domain/units.ts'
import { OVERLAYS } from '../../src/tui/panes/paints.ts'
import { ACCOUNT, madePosition, madeTicker, readAt, T0 } from '../support/samples.ts'
import {
  accountStore,
  accountsContext,
  FIVE,
  failedStore,
  simulatedStore,
  staleStore,
} from './accounts-screens.ts'
import { LAYOUT_SIZES } from './frame-sizes.ts'
import { READ_AT, read, sampleStore } from './sample-screens.ts'

const TWO = FIVE.slice(0, 2)

describe.each([
  ['2', TWO],
  ['5', FIVE],
] as const)('a dashboard of %s accounts', (count, accounts) => {
  test.each(LAYOUT_SIZES)('has its tabs at %i×%i, each with state and worst level', async (columns, rows) => {
    const text = read(accountsContext(accounts, { columns, rows }))
    await expect(text).toMatchFileSnapshot(`screens/accounts-${count}-${columns}x${rows}.txt`)
    const [header = '', tabs = ''] = text.split('\n')
    expect(header).toContain('● LIVE')
    expect(tabs).toMatch(/^▸1.*●.*‼.*2.*✗.*42s.*ALL$/)
    expect(tabs).not.toContain('…')
    expect(tabs.match(/[●✗]/g)).toHaveLength(accounts.length)
  })

  test.each(LAYOUT_SIZES)('shows the sum at %i×%i without a cut number', async (columns, rows) => {
    const text = read(accountsContext(accounts, { shown: null, columns, rows }))
    await expect(text).toMatchFileSnapshot(`screens/accounts-sum-${count}-${columns}x${rows}.txt`)
    expect(text.split('\n')[1]).toMatch(/▸ALL$/)
    expect(text).toMatch(/TOTAL/)
    expect(text).toContain('CRIT 7f3a LONG 2.35%')
    expect(text).not.toContain('…')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
  })
})

describe('the tabs', () => {
  const tabsAt = (columns: number, accounts: typeof FIVE = FIVE): string =>
    read(accountsContext(accounts, { columns, rows: 24 })).split('\n')[1] ?? ''

  test('drop names before states, and hidden names before the shown one', () => {
    expect(tabsAt(120)).toContain('3 hedge-long-name ● LIVE')
    expect(tabsAt(80)).not.toContain('hedge')
    expect(tabsAt(60, TWO)).toBe('▸1 main ● LIVE ‼ CRIT │ 2 alt ✗ STALE 42s │ ALL')
    expect(tabsAt(45, TWO)).toBe('▸1 main ● LIVE ‼ CRIT │ 2 ✗ STALE 42s │ ALL')
    expect(tabsAt(42, TWO)).toBe('▸1 ● LIVE ‼ CRIT │ 2 ✗ STALE 42s │ ALL')
  })

  test('show the feed of a frozen account, and that it is frozen', () => {
    const stale = staleStore('alt')
    const frozen = { at: 0, state: stale.state(), history: null }
    const context = accountsContext(
      [
        ['main', sampleStore],
        ['alt', () => stale],
      ],
      { uis: [{}, { frozen }] },
    )
    expect(read(context)).toContain('2 alt ✗ STALE 42s ‖')
  })
})

describe('the smallest screens', () => {
  test('show the tabs above the status line of the account', () => {
    expect(read(accountsContext(TWO, { columns: 30, rows: 6 }))).toBe(
      ['▸1●‼ 2✗42s ALL', 'BTC 68,412 | +400,551 sat', 'CRIT L10k 2.35% | live 0.4s', '', '', ''].join('\n'),
    )
  })

  test('show the sum as a line per account', () => {
    const text = read(accountsContext(FIVE, { shown: null, columns: 30, rows: 6 }))
    expect(text.split('\n').slice(1)).toEqual([
      '1 CRIT 7f3a LONG 2.35% ● LIVE',
      '2 alt risk unknown ✗ STALE 42s',
      '3 ok 91b0 LONG 41.54% ● LIVE',
      '4 gone risk unknown ✗ STOPPED',
      '5 ok 91b0 LONG 41.54% ● LIVE',
    ])
  })

  test('name in one row how many are not well', () => {
    const one = (columns: number) => read(accountsContext(FIVE, { columns, rows: 1 }))
    expect(one(24)).toBe('▸1●‼ 2✗42s 3● 4✗‼ 5● ALL')
    expect(one(12)).toBe('1/5 ✗3')
    expect(one(3)).toBe('✗')
  })
})

describe('the sum', () => {
  const sum = (...accounts: Parameters<typeof accountsContext>[0]) =>
    read(accountsContext(accounts, { shown: null, columns: 160, rows: 30 }))

  test('says which account is missing, and never counts it as 0', () => {
    const text = sum(['main', sampleStore], ['gone', failedStore])
    expect(text).toMatch(/TOTAL +1 of 2 +~3 /)
    expect(text).toMatch(/gone +✗ STOPPED +··· +··· +··· +··· +··· +··· +risk unknown/)
    expect(text).toContain('without gone: no data yet: profile gone does not exist')
  })

  test('marks what is old with ~ and says since when', () => {
    const text = sum(['main', sampleStore], ['alt', () => staleStore('alt')])
    expect(text).toMatch(/TOTAL .*~16,613,659/)
    expect(text).toMatch(/alt: no data since 15:46:5\d/)
  })

  test('does not add other money', () => {
    const text = sum(['main', sampleStore], ['demo', simulatedStore])
    expect(text).toMatch(/TOTAL mainnet +1 of 2 .*12,843,703/)
    expect(text).toMatch(/TOTAL SIMULATED +1 of 2 .* 3,769,956/)
    expect(text).toContain('mainnet + SIMULATED are not added: other money')
  })

  test('counts an account once that two profiles read', () => {
    const text = sum(['main', sampleStore], ['again', sampleStore])
    expect(text).toMatch(/TOTAL +1 of 2 .* 12,843,703/)
    expect(text).toContain('again is the same account as main: counted once')
  })

  test('says which figure lacks an account, and why', () => {
    const text = sum(['main', sampleStore], ['alt', () => accountStore('alt', undefined, { account: null })])
    expect(text).toMatch(/TOTAL .* ~12,843,703 .* ~2,015,086/)
    expect(text).toMatch(/EQUITY, FREE without alt: account not read yet/)
  })

  test('lists the positions of all accounts where rows allow, the nearest to liquidation first', () => {
    const lines = read(accountsContext(FIVE, { shown: null, columns: 120, rows: 40 })).split('\n')
    const start = lines.findIndex(line => line.includes('POSITIONS OF ALL 6+'))
    const risks = lines.slice(start + 1, start + 7).map(line => /(CRIT|ok) .*?[\d.]+%/.exec(line)?.[0])
    expect(risks.map(text => text?.replace(/ +/g, ' '))).toEqual([
      'CRIT 7f3a LONG 2.35%',
      'ok c21e SHORT 13.51%',
      'ok cross LONG 20.82%',
      'ok 91b0 LONG ~41.54%',
      'ok 91b0 LONG 41.54%',
      'ok 91b0 LONG 41.54%',
    ])
  })

  test.each([160, 80])('adds up to the total in dollars, to the cent, at %i columns', columns => {
    const at = (indexUsd: number, balanceSats: number) => () =>
      accountStore(`trader ${indexUsd}`, undefined, {
        ticker: readAt(READ_AT, { ...madeTicker(), indexUsd: usd(indexUsd) }),
        account: readAt(READ_AT, { ...ACCOUNT, username: `${indexUsd}`, balanceSats: sats(balanceSats) }),
      })
    // Prices of accounts differ: each has its own connection. Each balance ends in 0.41 cents, three of them in 1.23.
    const accounts = [
      ['a', at(68_412, 1_000_006)],
      ['b', at(68_399.5, 2_000_006)],
      ['c', at(68_420, 3_000_006)],
    ] as const
    const text = read(accountsContext(accounts, { shown: null, columns, rows: 40, ui: { unit: 'USD' } }))
    const [rows = '', total = ''] = text.split('POSITIONS OF ALL')[0]?.split('TOTAL') ?? []
    const amounts = (part: string): readonly number[] =>
      (part.match(/[+-]?[\d,]+\.\d\d(?!\d|%)/g) ?? []).map(amount =>
        Math.round(Number(amount.replaceAll(',', '')) * 100),
      )
    const [first = 0, second = 0, third = 0] = amounts(total)
    const shown = amounts(rows)
    expect([shown.length, amounts(total).length]).toEqual([9, 3])
    const sumOf = (figure: number): number =>
      shown.filter((_, index) => index % 3 === figure).reduce((a, b) => a + b, 0)
    expect([sumOf(0), sumOf(1), sumOf(2)]).toEqual([first, second, third])
  })

  test('masks amounts', () => {
    const text = read(
      accountsContext(FIVE, { shown: null, columns: 160, rows: 30, ui: { amounts: 'masked' } }),
    )
    expect(text).not.toMatch(/12,843,703|30,000|40,000(?!\.)|2,015,086|360,869/)
  })

  test('covers itself with the help, which names P', () => {
    const text = read(accountsContext(TWO, { shown: null, ui: { overlay: 'help' } }))
    expect(text).toContain('P        next account')
    expect(Object.keys(OVERLAYS)).toContain('help')
  })
})

describe('the last line', () => {
  const last = (options: Parameters<typeof accountsContext>[1], accounts: typeof FIVE = TWO): string =>
    read(accountsContext(accounts, options)).split('\n').at(-2) ?? ''

  test('shows the worst of all accounts and names it, with the key that shows it', () => {
    expect(last({ shown: 0 })).toMatch(/^‼ CRIT ISO LONG 7f3a/)
    expect(last({ shown: 1, columns: 120 })).toMatch(/^main: ‼ CRIT ISO LONG 7f3a .*\[P\]/)
    expect(last({ shown: null, columns: 120 })).toMatch(/^main: ‼ CRIT ISO LONG 7f3a .*\[a\]ck/)
  })

  test('names an account that is not evaluated before one that is safe', () => {
    const accounts = [
      ['hedge', () => accountStore('hedger')],
      ['alt', () => staleStore('alt')],
    ] as const
    expect(last({ shown: 0, columns: 120 }, accounts)).toMatch(/^alt: !! NOT LIVE: last good data 42s ago/)
  })

  test('names an account that was critical when its sight was lost before one that is critical now', () => {
    const critical = { isolated: readAt(T0 - 42_000, [madePosition()]) }
    const accounts = [
      ['main', sampleStore],
      ['alt', () => staleStore('alt', critical)],
    ] as const
    expect(last({ shown: 0, columns: 120 }, accounts)).toMatch(/^alt: !! NOT LIVE: last good data 42s ago/)
  })

  test('is of the account on the screen if all are equal', () => {
    const accounts = [
      ['a', () => accountStore('a')],
      ['b', () => accountStore('b')],
    ] as const
    expect(last({ shown: 1 }, accounts)).toMatch(/^ok ISO LONG 91b0/)
  })
})

test('fits any window, whichever account is shown', () => {
  const many = [...FIVE, ...FIVE.slice(0, 4)]
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 220 }),
      fc.integer({ min: 1, max: 70 }),
      fc.option(fc.integer({ min: 0, max: 8 })),
      fc.integer({ min: 2, max: 9 }),
      (columns, rows, shown, count) => {
        const accounts = many.slice(0, Math.max(count, (shown ?? 0) + 1))
        const lines = read(accountsContext(accounts, { shown, columns, rows })).split('\n')
        expect(lines).toHaveLength(rows)
        // From 40 columns on every tab has its sign.
        if (columns < 40) return
        const tabs = lines[rows < 8 ? 0 : 1] ?? ''
        expect(tabs.match(/[●✗]/g)).toHaveLength(accounts.length)
        expect(tabs).not.toContain('…')
      },
    ),
    { numRuns: 300 },
  )
})
