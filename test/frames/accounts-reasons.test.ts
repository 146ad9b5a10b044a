import { describe, expect, test } from 'vitest'
import { PART_ERROR_KINDS, PART_NAMES } from '../../src/domain/parts.ts'
import { madePosition, readAt } from '../support/samples.ts'
import { accountStore, accountsContext } from './accounts-screens.ts'
import { failed, IMPAIRED, impairedStore, NOW } from './part-screens.ts'
import { READ_AT, read } from './sample-screens.ts'

type Accounts = Parameters<typeof accountsContext>[0]
type Open = Accounts[number][1]

/** The sum of an account and a whole one. */
function sumWith(open: Open, now = NOW): string {
  const whole = (): ReturnType<Open> => accountStore('other', now - 400)
  const accounts: Accounts = [
    ['p0', open],
    ['p1', whole],
  ]
  return read(accountsContext(accounts, { shown: null, columns: 170, rows: 50 }, now))
}

const TITLES = ['POS', 'NET', 'GROSS', 'EQUITY', 'UNREAL', 'FREE'] as const

/** The figures whose total has `~`, and those that a line below gives a reason for. */
function markedAndExplained(text: string): readonly [readonly string[], readonly string[]] {
  const above = text.split('POSITIONS OF ALL')[0] ?? ''
  const total = /TOTAL.*/.exec(above)?.[0] ?? ''
  const numbers = total.match(/~?(?:LONG |SHORT )?[+-]?\d[\d,]*|···/g) ?? []
  expect(numbers).toHaveLength(TITLES.length)
  const marked = TITLES.filter((_, index) => numbers[index]?.startsWith('~'))
  const explained = [...above.matchAll(/^ +(?:~ )?([A-Z, ]+) (?:of|without) p0: \S.*$/gm)]
  return [marked, explained.flatMap(([, names = '']) => names.split(', ')).toSorted()]
}

describe('a total of the sum with ~', () => {
  test.each(PART_NAMES.flatMap(part => PART_ERROR_KINDS.map(kind => [part, kind] as const)))(
    'has its reason in a line if %s is %s',
    (part, kind) => {
      const text = sumWith(() => impairedStore({ [part]: failed(kind, 'balance is not a number') }))
      const [marked, explained] = markedAndExplained(text)
      expect(explained, text).toEqual(marked.toSorted())
    },
  )

  test.each(Object.entries(IMPAIRED))('has its reason in a line in the state %s', (_, open) => {
    const text = sumWith(open)
    if (/without p0: no data yet|~ p0: no data since/.test(text)) return
    const [marked, explained] = markedAndExplained(text)
    expect(explained, text).toEqual(marked.toSorted())
  })

  test('says which part is old, since when and why', () => {
    const text = sumWith(() => impairedStore({ account: failed('unreadable', 'balance is not a number') }))
    expect(text).toMatch(
      /^ {2}~ EQUITY, FREE of p0: account UNREADABLE since \d\d:\d\d:\d\d: balance is not a number$/m,
    )
  })

  test('has the reason of an equity that no part explains', () => {
    const noMargin = { isolated: readAt(READ_AT, [madePosition({ marginSats: null })]) }
    const text = sumWith(() => accountStore('p0', READ_AT, noMargin), READ_AT + 400)
    expect(text).toContain('EQUITY without p0: a margin or reserve is not known')
  })
})
