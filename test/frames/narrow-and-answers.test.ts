import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { usd } from '../../src/domain/units.ts'
import { segment, textOfLine, widthOfLine } from '../../src/tui/paint/line.ts'
import { wrapLine } from '../../src/tui/paint/wrap.ts'
import { T0 } from '../support/samples.ts'
import { contextOf, read, sampleStore, withUi } from './sample-screens.ts'

const at = (columns: number, rows: number) => read(contextOf(sampleStore(), { columns, rows }))

describe('half a screen', () => {
  test('has the columns of the whole one at 79 columns', () => {
    expect(at(79, 24)).toContain(
      'RISK MOD SIDE    QTY $    ENTRY       P&L   ROI%      LIQ  DIST% TO LIQ  LEV',
    )
  })

  test('drops columns one by one down to 56, never the liquidation price', () => {
    let before = 11
    for (let columns = 79; columns >= 56; columns -= 1) {
      const titles =
        at(columns, 24)
          .split('\n')
          .find(line => line.includes('RISK')) ?? ''
      const { length } = titles.replace('QTY $', 'QTY').trim().replace('TO LIQ', 'BAR').split(/ +/)
      expect(titles).toMatch(/SIDE .* LIQ {2}DIST%/)
      expect(before - length).toBeLessThanOrEqual(1)
      before = length
    }
  })

  test.each([55, 42, 40])('has titles, orders and events in %i columns', columns => {
    const screen = at(columns, 24)
    expect(screen).toMatch(/RISK POSITION/)
    expect(screen).toContain('ORDERS 1')
    expect(screen).toContain('EVENTS')
    expect(screen).toMatch(/CRIT 7f3a LONG/)
  })
})

test('wraps at blanks, keeps every word and never exceeds the columns', () => {
  const words = fc.array(fc.stringMatching(/^[a-z0-9,.]{1,12}$/), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 30, max: 80 }),
      fc.integer({ min: 0, max: 16 }),
      (list, columns, indent) => {
        const lines = wrapLine([segment(list.join(' '))], columns, indent)
        for (const line of lines)
          expect(widthOfLine(line.map(part => ({ ...part, text: part.text.trimEnd() })))).toBeLessThanOrEqual(
            columns,
          )
        expect(lines.map(textOfLine).join(' ').trim().split(/ +/)).toEqual(list)
      },
    ),
  )
})

test('wraps a word that is too long for the indent with less of it, and splits only one that is longer than a line', () => {
  const wrapped = (text: string) =>
    wrapLine([segment('  id            ', 'faint'), segment(text)], 40, 16).map(textOfLine)
  const id = '7f3a0000-0000-4000-8000-000000000001'
  expect(wrapped(id)).toEqual(['  id            ', `    ${id}`])
  expect(wrapped('x'.repeat(90))).toEqual([
    '  id            ',
    'x'.repeat(40),
    'x'.repeat(40),
    'x'.repeat(10).padStart(26),
  ])
})

describe('levels', () => {
  test('that share a row of the chart keep the name of the liquidation', () => {
    const context = contextOf(sampleStore(), { columns: 120, rows: 40 })
    const positions = context.model.positions.map((row, index) =>
      index === 0 ? { ...row, position: { ...row.position, takeProfitUsd: usd(66_820) } } : row,
    )
    expect(read({ ...context, model: { ...context.model, positions } })).toMatch(/66,809\.5 LIQ 7f3a \+TP/)
  })

  test('that do not fit in the ladder are counted, with the liquidations among them', () => {
    const screen = read(contextOf(sampleStore(), { columns: 200, rows: 50 }))
    const ladder = screen.split('\n').filter(line => /│ {3}\+\d+ more/.test(line))
    expect(ladder).toHaveLength(1)
  })
})

test('a filter that hides orders says so in the title, and finds sides by the words of orders', () => {
  const filtered = (text: string) =>
    read(withUi(contextOf(sampleStore()), { filter: { phase: 'set', text } }))
  expect(filtered('short')).toContain('ORDERS 1 · 1 hidden by filter "short"')
  expect(filtered('sell')).toMatch(/iso SHORT/)
  expect(filtered('sell')).not.toMatch(/iso LONG .*70,150/)
  expect(filtered('buy')).toMatch(/iso LONG .*70,150/)
})

test('the answer to a key takes the place of the keys until its time', () => {
  const answer = { text: 'times in UTC', until: T0 + 3_000 }
  const footerAt = (now: number) =>
    read(withUi(contextOf(sampleStore(), {}, now), { answer }))
      .split('\n')
      .at(-1)
  expect(footerAt(T0 + 2_999)).toBe(' times in UTC')
  expect(footerAt(T0 + 3_000)).toContain('?help')
})

test.each([
  ['exported 1,234 rows: ~/x/1.5 a/h-1,000.5.csv', ' exported 1.234 rows: ~/x/1.5 a/h-1,000.5.csv'],
  ['not exported: no room for 1,234.5 kB at /x 1.5/a', ' not exported: no room for 1.234,5 kB at /x 1.5/a'],
  ['/ works on one account: 1.5', ' / works on one account: 1,5'],
  ['v 1.5: acknowledged 1,000 USD', ' v 1.5: acknowledged 1.000 USD'],
])('an answer follows the number format but for paths and names: %j', (text, shown) => {
  const context = withUi(contextOf(sampleStore()), { answer: { text, until: T0 + 3_000 } })
  const info = { ...context.info, numberFormat: 'pt', profile: 'v 1.5' } as const
  expect(
    read({ ...context, info })
      .split('\n')
      .at(-1),
  ).toBe(shown)
})

test('the time on the screen is that of the exchange', () => {
  const context = contextOf(sampleStore())
  const { source } = context.model
  const status = source.status && { ...source.status, clockOffsetMs: -3_600_000 }
  const model = { ...context.model, source: { ...source, status } }
  const screen = read({ ...context, model, live: model })
  expect(screen.split('\n')[0]).toContain('17:47:40Z')
  expect(screen).toContain('14:47:31 ‼')
})
