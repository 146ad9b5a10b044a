import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAge, formatNumber, formatSigned, formatSignedPercent } from '../../../src/domain/format.ts'
import { sats, usd } from '../../../src/domain/units.ts'

describe('formatNumber', () => {
  it('groups thousands, and shows the sign in formatSigned', () => {
    expect(formatNumber(12_843_702)).toBe('12,843,702')
    expect(formatNumber(8_786.625, 2)).toBe('8,786.63')
    expect(formatSigned(400_550)).toBe('+400,550')
    expect(formatSigned(-16_908)).toBe('-16,908')
    expect(formatSignedPercent(0.0031)).toBe('+0.31')
  })

  it('never prints minus zero or a sign on zero', () => {
    expect(formatSigned(-0.001, 2)).toBe('0.00')
    expect(formatSigned(0.001, 2)).toBe('0.00')
    expect(formatNumber(-0)).toBe('0')
  })

  it('prints dots, not 0, for null', () => {
    expect(formatNumber(null)).toBe('···')
    expect(formatSigned(null, 2)).toBe('···')
    expect(formatAge(null)).toBe('···')
  })

  it('prints any safe integer without loss', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), value => {
        expect(Number(formatNumber(value).replaceAll(',', ''))).toBe(value === 0 ? 0 : value)
      }),
    )
  })
})

describe('formatAge', () => {
  it.each([
    [400, '0.4s'],
    [9_940, '9.9s'],
    [9_960, '9s'],
    [42_900, '42s'],
    [185_000, '3m05s'],
    [8_040_000, '2h14m'],
    [565_200_000, '6d13h'],
    [-5, '0.0s'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text)
  })
})

describe('sats and usd', () => {
  it('reject invalid amounts', () => {
    expect(() => sats(0.5)).toThrow(RangeError)
    expect(() => sats(Number.NaN)).toThrow(RangeError)
    expect(() => usd(Number.POSITIVE_INFINITY)).toThrow(RangeError)
    expect(Object.is(sats(-0), 0)).toBe(true)
  })
})
