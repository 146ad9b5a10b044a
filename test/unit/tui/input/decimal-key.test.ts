import { describe, expect, test } from 'vitest'
import { decimalKey, shownTyped } from '../../../../src/tui/input/decimal-key.ts'
import { INITIAL_UI, type Ui } from '../../../../src/tui/input/ui-state.ts'

const whatIf: Ui = { ...INITIAL_UI, overlay: 'whatif' }
const size: Ui = { ...INITIAL_UI, overlay: 'size' }

describe('decimalKey', () => {
  test.each([whatIf, size])('takes the decimal sign of the format, and keeps the other apart', ui => {
    expect(decimalKey('.', ui, 'en')).toBe('.')
    expect(decimalKey(',', ui, 'en')).toBe(',')
    expect(decimalKey(',', ui, 'pt')).toBe('.')
    expect(decimalKey('.', ui, 'pt')).toBe(',')
  })

  test('leaves all other keys, and both signs elsewhere', () => {
    const typing: Ui = { ...whatIf, filter: { phase: 'typing', text: '' } }
    for (const format of ['en', 'pt'] as const) {
      expect(decimalKey('5', whatIf, format)).toBe('5')
      for (const key of ['.', ',']) {
        expect(decimalKey(key, INITIAL_UI, format)).toBe(key)
        expect(decimalKey(key, typing, format)).toBe(key)
      }
    }
  })

  test('shows a typed number as it was typed', () => {
    expect(shownTyped('60000.5', 'pt')).toBe('60000,5')
    expect(shownTyped('60000.', 'pt')).toBe('60000,')
    expect(shownTyped('60000.5', 'en')).toBe('60000.5')
    expect(shownTyped('60,000', 'en')).toBe('60,000')
    expect(shownTyped('60,000', 'pt')).toBe('60.000')
  })
})
