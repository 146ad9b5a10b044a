import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asciiOf } from '../../../../src/domain/ascii.ts'
import { sanitize } from '../../../../src/domain/sanitize.ts'
import { fitParts, part } from '../../../../src/tui/paint/fit.ts'
import {
  clipLine,
  lineOfText,
  padLine,
  segment,
  spread,
  textOfLine,
  widthOfLine,
} from '../../../../src/tui/paint/line.ts'
import { widthOf } from '../../../../src/tui/paint/width.ts'
import { sparkline } from '../../../../src/tui/panes/sparkline.ts'
import { cellPainterOf } from '../../../../src/tui/terminal/cell-painter.ts'
import { blankRow } from '../../../../src/tui/terminal/cell-row.ts'
import { DARK } from '../../../support/themes.ts'

const paint = cellPainterOf(DARK)

describe('width', () => {
  test('counts two columns for wide characters and one for all others', () => {
    expect(widthOf('abc 12.5')).toBe(8)
    expect(widthOf('● LIVE ▓░ ‼ ─│┈ ▂▇ ⏎ ✗ ◌ ◐ ‖')).toBe(28)
    expect(widthOf('漢字')).toBe(4)
    expect(widthOf('🚀')).toBe(2)
    expect(widthOf('한ｱ')).toBe(3)
  })

  test('fills as many cells with a sanitized text as its width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), text => {
        const clean = sanitize(text)
        expect(clean).not.toMatch(/\p{C}|\p{M}/u)
        const row = blankRow(200)
        paint(row, 0, lineOfText(clean), 200)
        expect(row.chars.findLastIndex(sign => sign !== ' ') + 1).toBe(widthOf(clean.trimEnd()))
      }),
    )
  })
})

describe('clipping', () => {
  test('drops a number whole, never cuts it, and marks the cut', () => {
    expect(textOfLine(clipLine(lineOfText('P&L 1,234,567 sat'), 9))).toBe('P&L …')
    expect(textOfLine(clipLine([segment('~'), segment('-360,869')], 5))).toBe('')
    expect(textOfLine(clipLine(lineOfText('link lost: why'), 8))).toBe('link lo…')
    expect(textOfLine(clipLine(lineOfText('all of it   '), 10))).toBe('all of it ')
  })

  test.each([8, 9, 10, 11])(
    'drops a number with its unit, which is not cut either, at %i columns',
    columns => {
      expect(textOfLine(clipLine(lineOfText('lost 12 USD of it'), columns))).toBe('lost …')
      expect(textOfLine(clipLine(lineOfText('lost 12 USD, all'), columns))).toBe('lost …')
    },
  )

  test('cuts a word that only looks like a unit, and keeps a unit that fits', () => {
    expect(textOfLine(clipLine(lineOfText('the USD price of it'), 6))).toBe('the U…')
    expect(textOfLine(clipLine(lineOfText('lost 12 USD of it'), 13))).toBe('lost 12 USD …')
  })

  test('keeps the roles and is never wider than allowed', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom('a ', '12', ' ', '漢', '3.5%', '─'), fc.constantFrom('plain', 'gain')),
        ),
        fc.nat({ max: 12 }),
        (pieces, columns) => {
          const line = pieces.map(([text, role]) => segment(text, role as 'plain'))
          const clipped = clipLine(line, columns)
          expect(widthOfLine(clipped)).toBeLessThanOrEqual(columns)
          expect(textOfLine(line).startsWith(textOfLine(clipped).replace(/…$/, ''))).toBe(true)
          expect(clipped.map(({ role }) => role)).toEqual(
            line.slice(0, clipped.length).map(({ role }) => role),
          )
          expect(widthOfLine(padLine(line, columns))).toBe(columns)
        },
      ),
    )
  })

  test('drops the right end if both do not fit', () => {
    expect(textOfLine(spread(lineOfText('ab'), lineOfText('cd'), 6))).toBe('ab  cd')
    expect(textOfLine(spread(lineOfText('ab'), lineOfText('cd'), 4))).toBe('ab')
  })
})

test('drops parts one by one, the least important first and an infinite priority never', () => {
  const parts = [part('must', Number.POSITIVE_INFINITY), part('low', 1), part('high', 2), part('', 9)]
  const at = (columns: number): string => textOfLine(fitParts(parts, columns, 1))
  expect([at(13), at(12), at(9), at(8), at(2)]).toEqual([
    'must low high',
    'must high',
    'must high',
    'must',
    'must',
  ])
})

test('replaces text with ASCII of the same width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '●', '漢', '🚀', '─', 'Δ', '×', 'ß'), maxLength: 20 }),
      text => {
        const ascii = asciiOf(text, widthOf)
        expect(widthOf(ascii)).toBe(widthOf(text))
        expect([...ascii].every(sign => sign >= ' ' && sign <= '~')).toBe(true)
      },
    ),
  )
})

describe('cells', () => {
  test('take the style of their role; a blank has one only if it fills the ground', () => {
    const row = blankRow(8)
    paint(row, 1, [segment('a ', 'gain'), segment('b', 'warn'), segment('c '), segment('d ', 'banner')], 7)
    expect(row.chars.join('')).toBe(' a bc d ')
    expect(row.styles).toEqual(['', '32', '', '1;93', '', '', '7', '7'])
  })

  test('hold a wide character in two columns, and never half of one', () => {
    const row = blankRow(4)
    paint(row, 0, lineOfText('漢字'), 3)
    expect(row.chars).toEqual(['漢', '', '…', ' '])
    expect(row.chars.length).toBe(4)
  })

  test('are written no further than the given width', () => {
    const row = blankRow(9)
    paint(row, 2, lineOfText('long text'), 5)
    expect(row.chars.join('')).toBe('  long…  ')
  })

  test('drop control characters that were not sanitized', () => {
    const row = blankRow(9)
    paint(row, 0, lineOfText('a\u{1b}[\u{9b}b\u{7f}c'), 9)
    expect(row.chars.join('')).toBe('a[bc     ')
  })

  test('hold ASCII only without Unicode', () => {
    const row = blankRow(3)
    cellPainterOf({ ...DARK, unicode: false })(row, 0, lineOfText('●漢'), 3)
    expect(row.chars.join('')).toBe('*??')
  })
})

test('scales a sparkline from the lowest to the highest value, newest last; needs two values', () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7], 7)).toBe('▁▂▃▄▅▆▇')
  expect(sparkline([5, 5, 5], 12)).toBe('▄▄▄')
  expect(sparkline([1], 12)).toBe('')
  expect(
    sparkline(
      Array.from({ length: 60 }, (_, minute) => minute),
      12,
    ),
  ).toHaveLength(12)
})
