import { describe, expect, test } from 'vitest'
import type { PartName } from '../../src/domain/parts.ts'
import { uiReducer } from '../../src/tui/input/ui-reducer.ts'
import { PANES, type PaneName, type UiContext, VIEWS } from '../../src/tui/input/ui-state.ts'
import { closedRows } from '../../src/tui/view/closed-rows.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { failed, impairedContext, impairedStore, unread } from './part-screens.ts'
import { contextOf, read, sampleStore, withUi } from './sample-screens.ts'

const NO_WORLD = { panes: null } as UiContext
const SIZE = { columns: 56, rows: 20 }

/** The context after Enter in a pane. */
function afterEnter(context: RenderContext, focus: PaneName): RenderContext {
  const view = VIEWS.find(each => PANES[each].includes(focus)) ?? 'overview'
  return { ...context, ui: uiReducer({ ...context.ui, view, focus }, { type: 'open' }, NO_WORLD) }
}

/** The words of all lines, also of those that are scrolled to. */
function words(context: RenderContext): string {
  const screens = Array.from({ length: 60 }, (_, overlay) => read(withUi(context, { offsets: { overlay } })))
  return screens.join(' ').replace(/\s+/g, ' ')
}

const REASON = 'the server returned a page of text in a form that no part of its documentation describes'
const PARTS: Partial<Record<PaneName, PartName>> = {
  positions: 'isolatedPositions',
  orders: 'isolatedOrders',
}

describe.each(['positions', 'orders'] as const)('Enter on the %s', pane => {
  const part = PARTS[pane] ?? 'market'
  const context = impairedContext(impairedStore({ [part]: failed('failed', REASON) }), SIZE)

  test('shows a remark whole that the small pane cuts', () => {
    expect(read(context)).not.toContain(REASON)
    expect(words(afterEnter(context, pane))).toContain(REASON)
  })

  test('shows it also if the list is empty', () => {
    const none = withUi(context, { filter: { phase: 'set', text: 'no such row' } })
    expect(words(afterEnter(none, pane))).toContain(REASON)
    expect(words(afterEnter(none, pane))).toMatch(/No (position|order) matches the filter/)
  })

  test('shows a title whole that does not fit', () => {
    const text = 'a filter with more letters than a title has room for'
    const filtered = withUi(contextOf(sampleStore(), SIZE), { filter: { phase: 'set', text } })
    expect(read(filtered)).not.toContain(text)
    expect(words(afterEnter(filtered, pane))).toContain(`filter "${text}"`)
  })
})

describe('Enter on the diagnostics', () => {
  test('shows every fault of a part, each whole', () => {
    const faults = Array.from({ length: 7 }, (_, index) => ({
      id: null,
      field: `field${index}`,
      problem: 'is not a number that the documentation of the exchange allows here',
    }))
    const context = impairedContext(impairedStore({ isolatedPositions: unread(...faults) }), SIZE)
    const all = words(afterEnter(context, 'connection'))
    for (const { field, problem } of faults) expect(all).toContain(`${field} ${problem}`)
    expect(all).not.toMatch(/\+\d more (?!:)[^:]*PART/)
  })

  test('shows the table with all its columns', () => {
    const narrow = contextOf(sampleStore(), { columns: 42, rows: 20 })
    const all = words(afterEnter(narrow, 'connection'))
    for (const title of ['PART', 'STATE', 'AGE', 'SINCE', 'UNREAD', 'FAULTS']) expect(all).toContain(title)
  })
})

test.each(['connection', 'funding', 'closed', 'events', 'positions', 'orders'] as const)(
  'Enter on the pane %s opens it or its row, Esc closes it, and no line of it is cut',
  pane => {
    for (const columns of [40, 56, 80]) {
      const context = contextOf(sampleStore(), { columns, rows: 20 })
      const open = afterEnter(context, pane)
      const lines = read(open)
        .split('\n')
        .slice(3, -1)
        .filter(line => !line.startsWith('──'))
      expect(lines.join('\n')).not.toContain('…')
      expect(uiReducer(open.ui, { type: 'back' }, NO_WORLD).overlay).toBe('none')
      expect(open.ui.overlay).not.toBe('none')
    }
  },
)

test('Enter on closed trades that were not read says why, whole', () => {
  const context = withUi(contextOf(sampleStore(), SIZE), { view: 'history', focus: 'closed' })
  const state = { ...context.model.state, history: null }
  const model = { ...context.model, state }
  const text = words(afterEnter({ ...context, model }, 'closed'))
  expect(text).toContain('Not read yet')
  expect(text).toContain('The last day only: sums, equity curve and stories need a direct connection')
})

test('the overlay of closed trades that were not read shows them once they are, and the keys move in it', () => {
  const context = withUi(contextOf(sampleStore(), { columns: 80, rows: 24 }), { view: 'history' })
  const unread = { ...context, model: { ...context.model, state: { ...context.model.state, history: null } } }
  const { ui } = afterEnter(unread, 'closed')
  const text = read({ ...context, ui })
  expect(text).toContain('▸11-23 09:02 91b0 LONG')
  expect(text).toContain('aa17 SHORT')
  const closed = { rows: closedRows(null, context.model.state), index: 0 }
  const moved = uiReducer(ui, { type: 'move', by: 1 }, { ...NO_WORLD, closed })
  expect(read({ ...context, ui: moved })).toMatch(/▸.*aa17 SHORT/)
})
