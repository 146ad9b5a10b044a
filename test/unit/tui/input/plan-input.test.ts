import { describe, expect, test } from 'vitest'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import { commandFor } from '../../../../src/tui/input/command-for.ts'
import { typedTarget } from '../../../../src/tui/input/plan-input.ts'
import { uiReducer } from '../../../../src/tui/input/ui-reducer.ts'
import { INITIAL_UI, type Ui, type UiContext } from '../../../../src/tui/input/ui-state.ts'
import { sampleStore } from '../../../frames/sample-screens.ts'
import { isUiAction } from '../ui-action.ts'

const CONTEXT: UiContext = {
  now: 1_000,
  state: sampleStore().state(),
  ids: ['a', 'b'],
  orderIds: ['x', 'y', 'z'],
  history: null,
  closed: { rows: { count: 0, at: () => null }, index: 0 },
  panes: null,
  scrollLimits: new Map(),
}

function pressed(keys: readonly string[], ui: Ui = INITIAL_UI, context = CONTEXT): Ui {
  return keys.reduce((now, key) => {
    const command = commandFor(key, now)
    if (command === null || !isUiAction(command)) return now
    return uiReducer(now, command, context)
  }, ui)
}

describe('the what-if', () => {
  test('moves by half a percent, five and a tenth, without rounding errors', () => {
    const move = (...keys: string[]) => pressed(['w', ...keys]).whatIf.target
    expect(move('down')).toEqual({ kind: 'move', fraction: -0.005 })
    expect(move('pagedown', 'up', 'left')).toEqual({ kind: 'move', fraction: -0.046 })
    expect(move(...Array(30).fill('right'))).toEqual({ kind: 'move', fraction: 0.03 })
    expect(move(...Array(30).fill('pagedown'))).toEqual({ kind: 'move', fraction: -0.99 })
  })

  test('takes a percent or a price that is typed, at Enter', () => {
    const keys = ['w', '-', '1', '2', '.', '5']
    expect(pressed(keys).whatIf).toMatchObject({ text: '-12.5', target: { fraction: 0 } })
    expect(pressed([...keys, 'enter']).whatIf).toMatchObject({
      text: '',
      target: { kind: 'move', fraction: -0.125 },
    })
    expect(pressed(['w', ...'60000', 'enter']).whatIf.target).toEqual({ kind: 'price', priceUsd: 60_000 })
    expect(pressed(['w', ...'6.6.6', 'enter']).whatIf).toMatchObject({ text: '', target: { fraction: 0 } })
  })

  test.each([
    ['-10', { kind: 'move', fraction: -0.1 }],
    ['+5%', { kind: 'move', fraction: 0.05 }],
    ['3', { kind: 'move', fraction: 0.03 }],
    ['999', { kind: 'move', fraction: 9.99 }],
    ['1000', { kind: 'price', priceUsd: 1_000 }],
    ['1000%', { kind: 'move', fraction: 10 }],
    ['-100', null],
    ['-60000', null],
    ['%', null],
    ['1-2', null],
  ])('reads %s', (text, target) => {
    expect(typedTarget(text)).toEqual(target)
  })

  test('moves on from a price that was typed', () => {
    const { target } = pressed(['w', ...'61578.45', 'enter', 'down']).whatIf
    expect(target).toEqual({ kind: 'move', fraction: -0.105 })
    const unknown = pressed(['w', ...'60000', 'enter', 'down'], INITIAL_UI, {
      ...CONTEXT,
      state: INITIAL_STATE,
    })
    expect(unknown.whatIf.target).toEqual({ kind: 'move', fraction: -0.005 })
  })

  test('closes one thing per Esc: the text, then the overlay; and keeps the price for the next time', () => {
    const ui = pressed(['w', 'down', '1', 'escape'])
    expect(ui).toMatchObject({ overlay: 'whatif', whatIf: { text: '' } })
    expect(pressed(['escape'], ui).overlay).toBe('none')
    expect(pressed(['escape', 'w'], ui).whatIf.target).toEqual({ kind: 'move', fraction: -0.005 })
  })

  test('selects the wanted distance in turn, and leaves all other keys their meaning', () => {
    expect(pressed(['w', 'd']).whatIf.wantedDistance).toBe(0.15)
    expect(pressed(['w', 'd', 'd', 'd', 'd']).whatIf.wantedDistance).toBe(0.05)
    expect(pressed(['w', 'u']).unit).toBe('BTC')
    expect(pressed(['w', '?']).overlay).toBe('help')
    expect(pressed(['2']).view).toBe('positions')
  })
})

describe('the size', () => {
  test('types into its fields', () => {
    const ui = pressed([
      'z',
      ...'67000',
      'tab',
      ...'200',
      'backspace',
      'up',
      'up',
      'backspace',
      '2',
      '.',
      '5',
    ])
    expect(ui.size).toEqual({
      field: 'risk',
      texts: { risk: '2.5', stop: '67000', leverage: '20', entry: '' },
    })
    expect(pressed(['up'], ui).size.field).toBe('entry')
    expect(pressed(['escape'], ui)).toMatchObject({ overlay: 'none', size: ui.size })
  })
})

describe('Enter', () => {
  test('opens the selected row of the pane that has the focus, and closes it', () => {
    expect(pressed(['enter']).overlay).toBe('detail')
    expect(pressed(['tab', 'enter']).overlay).toBe('order')
    expect(pressed(['tab', 'tab', 'enter']).overlay).toBe('events')
    expect(pressed(['tab', 'enter', 'enter']).overlay).toBe('none')
  })

  test('the keys select another order, in the pane and in its detail', () => {
    expect(pressed(['tab', 'j']).selectedOrderId).toBe('y')
    expect(pressed(['tab', 'j', 'enter', 'j', 'j']).selectedOrderId).toBe('z')
    expect(pressed(['tab', 'G', 'k']).selectedOrderId).toBe('y')
    expect(pressed(['tab', 'j']).selectedId).toBeNull()
  })
})
