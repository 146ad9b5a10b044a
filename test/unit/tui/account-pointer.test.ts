import { describe, expect, test } from 'vitest'
import type { Pointer } from '../../../src/tui/input/pointer.ts'
import { rowAt, rowOfLine, textOfLine } from '../../../src/tui/paint/line.ts'
import { sumPanel } from '../../../src/tui/panes/sum.ts'
import { tabLine } from '../../../src/tui/panes/tab-line.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { openedSeveral } from './several-accounts.ts'

const three = () => openedSeveral({ main: sampleStore(), alt: sampleStore(), third: sampleStore() })

function pointed(zone: Pointer['zone'], row: string | null, kind: Pointer['kind'] = 'press'): Pointer {
  return { kind, zone, row }
}

describe('a tab', () => {
  test.each([56, 79, 80, 120, 200])(
    'has its own columns in a window of %d, and what is between has none',
    columns => {
      const line = tabLine(three().frame({ columns, rows: 40 }))
      const text = textOfLine(line)
      const rows = Array.from(text, (_, column) => rowAt(line, column))
      expect(rows.filter((row, column) => row !== rows[column - 1])).toEqual([
        '0',
        null,
        '1',
        null,
        '2',
        null,
        'sum',
      ])
      for (const [index, number] of ['1', '2', '3'].entries())
        expect(
          rows[text.search(new RegExp(`(?:^|[ │▸])${number}`)) + (text.startsWith(number) ? 0 : 1)],
        ).toBe(`${index}`)
      expect(rows[text.indexOf('ALL')]).toBe('sum')
      expect(rowAt(line, text.length)).toBe(null)
    },
  )

  test('shows its account when it is clicked, and ALL the sum', () => {
    const { controller, frame } = three()
    frame()
    controller.point(pointed('tabs', '2'))
    expect(frame().info.profile).toBe('third')
    controller.point(pointed('tabs', 'sum'))
    expect(frame().accounts?.shown).toBe(null)
    controller.point(pointed('tabs', '0'))
    expect(frame().info.profile).toBe('main')
  })

  test('does nothing between tabs, by the wheel, or below the palette', () => {
    const { controller, frame, press } = three()
    frame()
    controller.point(pointed('tabs', null))
    controller.point(pointed('tabs', '1', 'wheel-down'))
    press(':')
    controller.point(pointed('tabs', '1'))
    expect(frame()).toMatchObject({ accounts: { shown: 0 }, ui: { palette: { text: '' } } })
  })
})

describe('a row of the sum', () => {
  test.each([80, 200])('is each line of its account in a window of %d', columns => {
    const { frame, press } = three()
    frame()
    press('P', 'P', 'P')
    const lines = sumPanel(frame({ columns, rows: 40 })).draw(columns, 30)
    expect([...new Set(lines.map(rowOfLine))]).toEqual(
      columns < 150 ? ['0', '1', '2', null] : [null, '0', '1', '2'],
    )
    expect(textOfLine(lines.find(line => rowOfLine(line) === '1') ?? [])).toContain('alt')
  })

  test('is selected by a click and by the wheel, and opened by a click when it is selected', () => {
    const { controller, frame, press } = three()
    frame()
    press('P', 'P', 'P')
    expect(frame().accounts).toMatchObject({ shown: null, selected: 2 })
    controller.point(pointed('sum', '1'))
    expect(frame().accounts).toMatchObject({ shown: null, selected: 1 })
    controller.point(pointed('sum', null, 'wheel-up'))
    expect(frame().accounts).toMatchObject({ shown: null, selected: 0 })
    controller.point(pointed('sum', null))
    controller.point(pointed('sum', '0'))
    expect(frame()).toMatchObject({ accounts: { shown: 0 }, info: { profile: 'main' } })
  })
})
