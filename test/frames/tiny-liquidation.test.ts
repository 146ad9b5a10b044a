import { describe, expect, test } from 'vitest'
import { asciiOf } from '../../src/domain/ascii.ts'
import { EMPTY_PALETTE } from '../../src/tui/input/palette-input.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { T0 } from '../support/samples.ts'
import { contextOf, madeAlert, read, sampleStore, withUi } from './sample-screens.ts'

const LIQUIDATED = madeAlert({
  id: 'l',
  kind: 'position',
  level: 'liquidated',
  subject: 'isolated long 10,000 USD 7f3a',
  message: 'isolated long 10,000 USD 7f3a was LIQUIDATED at 66,819.0, P&L -712,758 sats',
})

function liquidated(columns: number, rows: number, active = [LIQUIDATED], now = T0): RenderContext {
  const context = contextOf(sampleStore(), { columns, rows }, now)
  return { ...context, alerts: { ...context.alerts, active } }
}

describe('a liquidation that is not acknowledged', () => {
  test('is on every screen of the text of axisor line, also in ASCII', () => {
    for (let rows = 1; rows <= 12; rows += 1)
      for (let columns = 1; columns <= 100; columns += 1) {
        if (columns >= 40 && rows >= 8) continue
        const [first = ''] = read(liquidated(columns, rows)).split('\n')
        const words = columns >= 12 ? /LIQUIDATED/ : columns >= 5 || (columns >= 3 && rows > 1) ? /LIQ/ : /L/
        expect(first, `${columns}x${rows}`).toMatch(words)
        expect(asciiOf(first)).toMatch(words)
      }
  })

  test.each([
    [1, 1, 'L'],
    [2, 1, '‼L'],
    [3, 1, 'L ‼'],
    [5, 1, 'LIQ ‼'],
    [6, 1, '‼LIQ ‼'],
    [10, 1, '‼ LIQ ‼'],
    [14, 1, '‼ LIQUIDATED ‼'],
    [26, 1, '‼ LIQUIDATED | live 0.4s'],
    [1, 2, 'L\n‼'],
    [5, 2, '‼ LIQ\n‼'],
    [10, 2, 'LIQUIDATED\nlive 0.4s'],
    [30, 3, '‼ LIQUIDATED [a]ck\nBTC 68,412 | +400,551 sat\nCRIT L10k 2.35% | live 0.4s'],
  ])('leaves room for the state at %i×%i', (columns, rows, text) => {
    expect(read(liquidated(columns, rows))).toBe(text)
  })

  test('names the position and the key where there is room', () => {
    expect(read(liquidated(60, 6)).split('\n')[0]).toBe('‼ LIQUIDATED isolated long 10,000 USD 7f3a [a]ck')
    expect(read(liquidated(39, 6)).split('\n')[0]).toBe('‼ LIQUIDATED isolated long 7f3a [a]ck')
    const masked = withUi(liquidated(60, 6), { amounts: 'masked' })
    expect(read(masked).split('\n')[0]).toBe('‼ LIQUIDATED isolated long ••• USD 7f3a [a]ck')
  })

  test('is counted', () => {
    const text = read(liquidated(30, 4, [LIQUIDATED, { ...LIQUIDATED, id: 'm' }]))
    expect(text.split('\n')[0]).toBe('‼ 2 LIQUIDATED [a]ck')
  })

  test('stays with the sign of old data and above the palette', () => {
    expect(read(liquidated(5, 1, [LIQUIDATED], T0 + 42_000))).toBe('LIQ ✗')
    const typed = withUi(liquidated(20, 2), { palette: { ...EMPTY_PALETTE, text: 'unit' } })
    expect(read(typed)).toMatch(/^‼ LIQUIDATED ‼\n :unit/)
  })
})

test('counts other critical alerts on the smallest screens', () => {
  const drop = madeAlert({ id: 'd', kind: 'price', positionId: null, message: 'BTC fell' })
  expect(read(liquidated(30, 4, [madeAlert(), drop]))).toContain('‼ 1 alert')
  expect(read(liquidated(30, 4, [madeAlert(), { ...drop, state: 'acknowledged' }]))).not.toContain('alert')
})
