import { describe, expect, test } from 'vitest'
import { accountStore, accountsContext, refusedStore } from './accounts-screens.ts'
import { read, sampleStore } from './sample-screens.ts'

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
