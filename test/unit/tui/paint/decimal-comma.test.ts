import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatNumber, formatSigned } from '../../../../src/domain/format.ts'
import { lineWithDecimalComma, withDecimalComma } from '../../../../src/tui/paint/decimal-comma.ts'
import { segment, verbatimSegment } from '../../../../src/tui/paint/line.ts'

describe('withDecimalComma', () => {
  test.each([
    ['68,412.0', '68.412,0'],
    ['~-360,869 sat', '~-360.869 sat'],
    ['Δ-1.44347687', 'Δ-1,44347687'],
    ['age 0.4s  20.5x  12.31M  2.35%', 'age 0,4s  20,5x  12,31M  2,35%'],
    ['tr2.5% L2.5k', 'tr2,5% L2,5k'],
    ['(1,608 USD) at 66,809.5, then', '(1.608 USD) at 66.809,5, then'],
    ['1,234,567.', '1.234.567.'],
    ['95,000/105,000', '95.000/105.000'],
    ['95,000.5/105', '95.000,5/105'],
    ['95/105.5', '95/105,5'],
  ])('writes %j as %j', (english, portuguese) => {
    expect(withDecimalComma(english)).toBe(portuguese)
  })

  test.each([
    '127.0.0.1:8420',
    'api.lnmarkets.com',
    '/v3/futures',
    'v1.2',
    '3.1.2',
    '08:12:30Z',
    '11-23 09:02',
    '2026-11-23',
    'x.db.damaged',
    'HTTP 503',
    '7f3a LONG',
    '5 pos, 3 orders',
    'relay1.home',
    'USD1,234.50',
    'x1.5,234.5',
    '1,234.5,678',
    'a/95,000/105,000',
    '95,000/105,000/3',
  ])('leaves %j', text => {
    expect(withDecimalComma(text)).toBe(text)
  })

  test('keeps the digits and the width of every number', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, decimals) => {
          for (const english of [formatNumber(value, decimals), formatSigned(value, decimals)]) {
            const portuguese = withDecimalComma(`a ${english} b`)
            expect(portuguese.length).toBe(english.length + 4)
            expect(portuguese.replace(/[.,]/g, sign => (sign === '.' ? ',' : '.'))).toBe(`a ${english} b`)
          }
        },
      ),
    )
  })

  test('leaves what the exchange or the user wrote', () => {
    const line = [segment('1.5 '), verbatimSegment('1.5')]
    expect(lineWithDecimalComma(line).map(({ text }) => text)).toEqual(['1,5 ', '1.5'])
  })
})
