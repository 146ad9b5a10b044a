import { describe, expect, test } from 'vitest'
import { asciiOf } from '../../src/domain/ascii.ts'
import { clipLine, textOfLine } from '../../src/tui/paint/line.ts'
import type { Panel } from '../../src/tui/panes/panel.ts'
import { allAlertsPanel } from '../../src/tui/panes/sum.ts'
import { allPositionsPanel } from '../../src/tui/panes/sum-positions.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { accountStore, accountsContext, refusedStore, staleStore } from './accounts-screens.ts'
import { madeAlert, read, sampleStore } from './sample-screens.ts'

type Accounts = Parameters<typeof accountsContext>[0]

const sumAt = (columns: number, rows: number, accounts: Accounts, selected = 0): string =>
  read(accountsContext(accounts, { shown: null, selected, columns, rows }))

describe('data of an account that has stopped', () => {
  const accounts: Accounts = [
    ['gone', () => refusedStore('alice')],
    ['main', () => accountStore('main')],
  ]

  test.each([160, 80, 44])('is marked at once, at %i columns', columns => {
    const text = sumAt(columns, 40, accounts)
    expect(text).toMatch(/91b0 LONG ~41\.54%/)
    expect(text.match(/91b0 LONG 41\.54%/g)?.length).toBe(text.match(/91b0 LONG ~41\.54%/g)?.length)
  })

  test('is marked on the smallest screen', () => {
    expect(sumAt(34, 4, accounts)).toContain('1 ok 91b0 LONG ~41.54%\n')
  })

  test('has all numbers of its positions marked', () => {
    const rows = sumAt(160, 40, accounts).split('POSITIONS OF ALL')[1]?.split('\n') ?? []
    const [gone = '', main = ''] = ['gone', 'main'].map(name => rows.find(row => row.includes(name)))
    expect(gone).toMatch(/~41\.54% +~4,000 \$ +~-144,348 +LIQ ~40,000\.0 +entry ~70,150\.0/)
    expect(main).toMatch(/LONG 41\.54% +4,000 \$ +-144,348 +LIQ 40,000\.0 +entry 70,150\.0/)
  })

  test('marks the price of the header, which has no time', () => {
    expect(sumAt(120, 40, accounts).split('\n')[0]).toMatch(/BTC ~\d[\d,.]+ *$/)
    expect(sumAt(120, 40, accounts, 1).split('\n')[0]).toMatch(/BTC \d.*Z/)
  })
})

test('the last line of a frozen screen has the present risk without a mark', () => {
  const store = sampleStore()
  const frozen = { at: 0, state: store.state(), history: null }
  const accounts: Accounts = [
    ['main', () => store],
    ['alt', () => accountStore('alt')],
  ]
  const text = read(accountsContext(accounts, { columns: 120, uis: [{ frozen }] }))
  expect(text).toMatch(/Now: CRIT 7f3a LONG 2\.35%/)
})

describe('a liquidation in the tabs', () => {
  const LIQUIDATED = madeAlert({ id: 'l', kind: 'position', level: 'liquidated', message: 'was LIQUIDATED' })
  const accounts: Accounts = [
    ['main', sampleStore],
    ['alt', () => refusedStore('alt_trader')],
    ['hedge', () => accountStore('hedger')],
    ['more', () => staleStore('more')],
  ]
  const tabsAt = (columns: number, rows = 24): string => {
    const context = accountsContext(accounts, { columns, rows })
    const contexts = context.accounts?.contexts.map((each, index) =>
      index === 2 ? { ...each, alerts: { ...each.alerts, active: [LIQUIDATED] } } : each,
    )
    const all = { contexts: contexts ?? [], shown: 0, selected: 0 }
    return read({ ...context, accounts: all }).split('\n')[rows > 8 ? 1 : 0] ?? ''
  }

  test.each([
    [120, /3 hedge ● LIVE ‼ LIQUIDATED │/],
    [80, /^▸1 ● LIVE ‼ │ 2 ✗ AUTH key refused ‼ │ 3 ● LIVE LIQ │ 4 ✗ STALE 42s │ ALL$/],
    [60, /^▸1●‼ 2✗‼ 3●LIQ 4✗42s ALL$/],
    [23, /^▸1●‼ 2✗‼ 3●L 4✗ ALL$/],
    [12, /^1\/4 ✗4 L1$/],
    [6, /^✗4 L1$/],
    [3, /^L$/],
  ])('has a sign of its own at %i columns', (columns, shown) => {
    expect(tabsAt(columns, columns < 30 ? 1 : 24)).toMatch(shown)
  })

  test('is in every window of one row', () => {
    for (let columns = 1; columns <= 90; columns += 1) expect(tabsAt(columns, 1)).toMatch(/L(?!IVE|L)/)
  })

  test('looks the same in ASCII', () => {
    for (const columns of [80, 60, 23])
      expect(asciiOf(tabsAt(columns, 1))).toMatch(/3 ?\*(?: LIVE )?L(?:IQ)?\b/)
  })
})

describe('a small sum', () => {
  const MESSAGE =
    'isolated long 10,000 USD 7f3a was LIQUIDATED at 66,819.0, P&L -712,758 sats (-476.19 USD), the margin is lost'
  const draw = (panel: Panel, width: number, height: number): readonly string[] =>
    panel.draw(width, height).map(line => textOfLine(clipLine(line, width)))
  const context = (): RenderContext => {
    const all = accountsContext(
      [
        ['main', sampleStore],
        ['alt', () => accountStore('alt')],
      ],
      { shown: null },
    )
    const alert = madeAlert({ kind: 'position', level: 'liquidated', message: MESSAGE })
    const contexts = (all.accounts?.contexts ?? []).map(each => ({
      ...each,
      alerts: { ...each.alerts, active: [alert] },
    }))
    return { ...all, accounts: { contexts, shown: null, selected: 0 } }
  }

  test('counts the positions if it shows none of them', () => {
    const panel = allPositionsPanel(context())
    expect(draw(panel, 80, 1)).toEqual(['  4 positions: e shows all'])
    expect(draw(panel, 80, 2)[1]).toBe('  +3 more, farther from liquidation: e shows all')
  })

  test('says where an alert is cut, at any size, and never cuts a number', () => {
    const numbers = new Set(MESSAGE.match(/-?\d[\d,.]*\d/g))
    for (let width = 20; width <= 120; width += 1)
      for (const height of [2, 3]) {
        const lines = draw(allAlertsPanel(context()), width, height)
        const text = lines.slice(0, -1).join(' ')
        const isWhole = text.includes('lost')
        expect(isWhole || text.trimEnd().endsWith('…'), `${width} ${lines.join('|')}`).toBe(true)
        for (const number of text.match(/-?\d[\d,.]*\d/g) ?? [])
          expect(numbers).toContain(number.replace(/,$/, ''))
      }
  })
})
