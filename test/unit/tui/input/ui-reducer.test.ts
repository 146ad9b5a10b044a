import { describe, expect, test } from 'vitest'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import { commandFor } from '../../../../src/tui/input/command-for.ts'
import { KEYS } from '../../../../src/tui/input/keymap.ts'
import { listedKeys } from '../../../../src/tui/input/listed-keys.ts'
import { uiReducer } from '../../../../src/tui/input/ui-reducer.ts'
import { INITIAL_UI, type Ui, type UiContext } from '../../../../src/tui/input/ui-state.ts'
import { textOfLine } from '../../../../src/tui/paint/line.ts'
import { keyLine } from '../../../../src/tui/panes/footer.ts'
import { contextOf, read, sampleStore, withUi } from '../../../frames/sample-screens.ts'
import { historyRow } from '../../../support/made-history.ts'
import { isUiAction } from '../ui-action.ts'

const WORLD: UiContext = {
  now: 1_000,
  state: INITIAL_STATE,
  history: null,
  closed: { rows: { count: 5, at: index => historyRow({ id: `t${index}` }) }, index: 0 },
  ids: ['a', 'b', 'c', 'd', 'e'],
  orderIds: ['x', 'y'],
  panes: null,
  scrollLimits: new Map([
    ['positions', 3],
    ['events', 7],
    ['overlay', 2],
  ]),
}

/** The choices after keys, one after the other. */
function after(keys: readonly string[], ui: Ui = INITIAL_UI): Ui {
  return keys.reduce((now, key) => {
    const request = commandFor(key, now)
    if (request === null || !isUiAction(request)) return now
    return uiReducer(now, request, WORLD)
  }, ui)
}

test('moves the selection with j, k, g, G, arrows and pages, and stops at the ends', () => {
  expect(after(['j']).selectedId).toBe('b')
  expect(after(['down', 'down', 'up']).selectedId).toBe('b')
  expect(after(['k']).selectedId).toBe('a')
  expect(after(['G']).selectedId).toBe('e')
  expect(after(['G', 'j', 'g']).selectedId).toBe('a')
  expect(after(['pagedown']).selectedId).toBe('c')
  expect(after(['pagedown', 'pagedown', 'pagedown', 'pageup']).selectedId).toBe('c')
})

test('keeps the selection on its position when the order of the list changes', () => {
  const ui = after(['j'])
  expect(uiReducer(ui, { type: 'move', by: 1 }, { ...WORLD, ids: ['x', 'y', 'b', 'z'] }).selectedId).toBe('z')
})

test('scrolls another pane with the same keys, within its limit', () => {
  expect(after(['tab', 'tab', 'j', 'j']).offsets.events).toBe(2)
  expect(after(['tab', 'tab', 'G']).offsets.events).toBe(7)
  expect(after(['tab', 'tab', 'G', 'k']).offsets.events).toBe(6)
  expect(after(['tab', 'tab', 'tab']).focus).toBe('positions')
})

test('goes with Tab through the panes on the screen, and leaves one that is gone', () => {
  const wide = { ...WORLD, panes: ['positions', 'orders', 'closed', 'events', 'connection'] as const }
  const next = { type: 'next-pane' } as const
  const at = (focus: Ui['focus']): Ui => ({ ...INITIAL_UI, focus })
  expect(wide.panes.map(pane => uiReducer(at(pane), next, wide).focus)).toEqual([
    ...wide.panes.slice(1),
    'positions',
  ])
  const small = { ...WORLD, panes: ['positions'] as const }
  expect(uiReducer(at('closed'), { type: 'move', by: 1 }, small)).toMatchObject({
    focus: 'positions',
    selectedId: 'b',
  })
  expect(uiReducer(at('closed'), { type: 'move', by: 1 }, WORLD).focus).toBe('closed')
})

test('closes one thing per Esc: overlay, filter, pane, view', () => {
  const ui = after(['2', '/', 'x', 'enter', 'e', '?'])
  expect(ui).toMatchObject({ view: 'positions', overlay: 'help', expanded: 'positions' })
  const once = after(['escape'], ui)
  expect(once).toMatchObject({ overlay: 'none', filter: { phase: 'set', text: 'x' } })
  const twice = after(['escape'], once)
  expect(twice).toMatchObject({ filter: { phase: 'off' }, expanded: 'positions' })
  expect(after(['escape'], twice)).toMatchObject({ expanded: null, view: 'positions' })
  expect(after(['escape', 'escape'], twice)).toMatchObject({ view: 'overview' })
})

test('takes letters as text while the filter is typed, also q, f and 1', () => {
  const ui = after(['/', 'q', 'f', '1', 'backspace'])
  expect(ui).toMatchObject({ filter: { phase: 'typing', text: 'qf' }, frozen: null, view: 'overview' })
  expect(commandFor('ctrl-c', ui)).toEqual({ type: 'quit' })
  expect(after(['enter'], ui).filter).toEqual({ phase: 'set', text: 'qf' })
})

test('cycles through the choices of s, S, u, p, * and t', () => {
  expect(after(['s', 's', 's', 's'])).toEqual(INITIAL_UI)
  expect(after(['S']).sort.order).toBe('reversed')
  expect(after(['u']).unit).toBe('BTC')
  expect(after(['u', 'u']).unit).toBe('USD')
  expect(after(['u', 'u', 'u', 'p', 'p', '*', '*', 't', 't', 'S', 'S'])).toEqual(INITIAL_UI)
})

test('holds the present state on freeze and releases it on the next', () => {
  expect(after(['f']).frozen).toEqual({ at: 1_000, state: INITIAL_STATE, history: null })
  expect(after(['f', 'f']).frozen).toBe(null)
})

describe('the key table', () => {
  test('has no key twice', () => {
    const keys = KEYS.flatMap(row => row.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('has a command for every key', () => {
    for (const key of KEYS.flatMap(row => row.keys)) expect(commandFor(key, INITIAL_UI)).not.toBe(null)
    expect(commandFor('y', INITIAL_UI)).toBe(null)
  })

  test('has all its rows in the help and the most important in the line of keys', () => {
    const help = read(withUi(contextOf(sampleStore()), { overlay: 'help' }))
    for (const row of listedKeys(false)) expect(help).toContain(row.help)
    expect(help).not.toContain('account, and the sum')
    const narrow = textOfLine(keyLine(contextOf(sampleStore(), { columns: 30 })))
    expect(narrow).toMatch(/\?help.*q quit/)
  })
})
