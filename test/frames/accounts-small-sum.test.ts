import { describe, expect, test } from 'vitest'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { accountStore, accountsContext, FIVE, failedStore } from './accounts-screens.ts'
import { failed, impairedStore, NOW } from './part-screens.ts'
import { read, withUi } from './sample-screens.ts'

/** Accounts with many reasons why the totals are not whole. */
const ACCOUNTS: Parameters<typeof accountsContext>[0] = [
  [
    'a',
    () =>
      impairedStore({
        account: failed('unreadable', 'balance is not a number'),
        isolatedPositions: failed('failed', 'HTTP 503'),
      }),
  ],
  ['b', () => impairedStore({ crossPosition: failed('unreadable', 'margin is missing') })],
  ['gone', () => failedStore('profile gone does not exist')],
  ['other', () => accountStore('other', NOW - 400)],
]

const sumOf = (accounts: typeof ACCOUNTS, columns: number, rows: number, selected = 0): RenderContext =>
  accountsContext(accounts, { shown: null, selected, columns, rows }, NOW)

/** The text of the accounts' pane, each line without its indent. */
function linesOf(context: RenderContext): readonly string[] {
  const lines = read(context).split('\n').slice(3, -1)
  const end = lines.findIndex(line => line.startsWith('──'))
  return lines.slice(0, end === -1 ? undefined : end).map(line => line.trim())
}

const REASON = /^(without |~ \S+: |~?[A-Z, ]+ (without|of) |.* are not added|.* is the same account)/

describe.each([
  ['impaired accounts', ACCOUNTS],
  ['five accounts', FIVE],
])('the sum of %s', (_, accounts) => {
  const all = linesOf(sumOf(accounts, 120, 70)).filter(line => REASON.test(line)).length

  test('shows or counts every reason, total and account at any size, and says which key shows them', () => {
    expect(all).toBeGreaterThan(2)
    const totals = linesOf(sumOf(accounts, 120, 70)).filter(line => line.startsWith('TOTAL')).length
    for (const columns of [40, 49, 56, 80, 120])
      for (const rows of [8, 9, 10, 12, 14, 17, 20, 24, 30, 40]) {
        const lines = linesOf(sumOf(accounts, columns, rows))
        const more = lines.find(line => line.endsWith('e shows all') && !line.includes('farther')) ?? ''
        const hidden = (name: string): number => Number(new RegExp(`\\+(\\d+) ${name}`).exec(more)?.[1] ?? 0)
        const shown = (pattern: RegExp): number => lines.filter(line => pattern.test(line)).length
        const at = `${columns}x${rows}\n${lines.join('\n')}`
        expect(shown(REASON) + hidden('reason'), at).toBe(all)
        expect(shown(/^TOTAL/) + hidden('total'), at).toBe(totals)
        if (columns > 50) expect(shown(/^▸?\d /) + hidden('account'), at).toBe(accounts.length)
      }
  })

  test('has every reason in full behind e', () => {
    const wide = linesOf(sumOf(accounts, 300, 70)).filter(line => REASON.test(line))
    const { scrollLimits, ...context } = withUi(sumOf(accounts, 40, 10), { overlay: 'sum' })
    read({ ...context, scrollLimits })
    const furthest = scrollLimits.get('overlay') ?? 0
    expect(furthest).toBeGreaterThan(10)
    const pages = Array.from({ length: furthest + 1 }, (_, overlay) =>
      read({ ...context, scrollLimits, ui: { ...context.ui, offsets: { overlay } } }).split('\n'),
    )
    // The top line of each page, then the last page.
    const text = [...pages.map(lines => lines[3]), ...(pages.at(-1)?.slice(4, -3) ?? [])].join(' ')
    for (const reason of wide) expect(text.replace(/ +/g, ' ')).toContain(reason)
  })
})

test('the accounts behind e break between their parts', () => {
  const context = withUi(sumOf(FIVE, 44, 60), { overlay: 'sum' })
  const text = read(context)
  expect(text).toMatch(/^ 3 {2}hedge-long-name {2}✗ STALE 42s {2}~1 pos$/m)
  expect(text).not.toMatch(/^ {4}(alerts?|pos) /m)
})

test('the selected account is among those that fit', () => {
  for (const rows of [8, 10, 14, 20])
    for (const selected of [0, 2, 4])
      expect(read(sumOf(FIVE, 56, rows, selected))).toMatch(new RegExp(`^▸${selected + 1} `, 'm'))
})

test('a narrow row of an account cuts neither its state nor its risk', () => {
  for (let columns = 40; columns <= 60; columns += 2)
    expect(read(sumOf(ACCOUNTS, columns, 12))).toMatch(/^▸1 .*✗ .*FAILED.* CRIT 7f3a LONG ~2\.35%/m)
})
