import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CANDLE_LENGTHS } from '../../../../src/domain/candle-range.ts'
import { THEME_NAMES } from '../../../../src/domain/theme.ts'
import { commandFor } from '../../../../src/tui/input/command-for.ts'
import { KEYS } from '../../../../src/tui/input/keymap.ts'
import { type AddedEntry, paletteEntries } from '../../../../src/tui/input/palette-entries.ts'
import { EMPTY_PALETTE, type PaletteInput } from '../../../../src/tui/input/palette-input.ts'
import { noMatchText, paletteMatches } from '../../../../src/tui/input/palette-match.ts'
import {
  palettePointer,
  paletteReducer,
  paletteSelection,
} from '../../../../src/tui/input/palette-reducer.ts'
import { BASES, INITIAL_UI, RANGES, SORTS, UNITS, VIEWS } from '../../../../src/tui/input/ui-state.ts'
import { COMMAND_NAMES } from '../../../../src/tui/lang/pt-br/commands.ts'
import { ENGLISH } from '../../../../src/tui/lang/translate.ts'
import { widthOf } from '../../../../src/tui/paint/width.ts'
import { PORTUGUESE } from '../../../support/pseudo-language.ts'

const ACCOUNT: AddedEntry = {
  name: 'account savings',
  key: '',
  help: 'another account',
  command: { type: 'call', call: () => {} },
}
const ENTRIES = paletteEntries(INITIAL_UI, ENGLISH, true, [ACCOUNT])
const names = (text: string): readonly string[] => paletteMatches(ENTRIES, text).map(({ name }) => name)

/** The palette after these keys. A text of several characters is typed. */
function pressed(keys: readonly string[], from: PaletteInput = EMPTY_PALETTE) {
  let step = paletteReducer(from, 'none', ENTRIES)
  for (const key of keys) step = paletteReducer(step.palette ?? EMPTY_PALETTE, key, ENTRIES)
  return step
}
const type = (text: string): readonly string[] => [...text]

describe('the commands', () => {
  test('have every command of the key table but the palette itself, as the key runs it', () => {
    const keys = new Set(ENTRIES.map(({ command }) => JSON.stringify(command)))
    const lacking = KEYS.flatMap(({ keys: all }) => all).filter(
      key => !keys.has(JSON.stringify(commandFor(key, INITIAL_UI))),
    )
    expect(lacking).toEqual([':'])
  })

  test('have every view, every value of each setting, and those of the caller', () => {
    const all = new Set(ENTRIES.map(({ name }) => name))
    const expected = [
      ...VIEWS.map(view => `view ${view}`),
      ...UNITS.map(unit => `unit ${unit}`),
      ...BASES.map(basis => `basis ${basis}`),
      ...SORTS.map(sort => `sort ${sort}`),
      ...CANDLE_LENGTHS.map(length => `candles ${length}`),
      ...RANGES.map(range => `range ${range}`),
      ...['mask on', 'mask off', 'zone utc', 'zone local', 'account savings'],
    ]
    expect(expected.filter(name => !all.has(name))).toEqual([])
  })

  test('have no name twice, and no help that is cut at 56 columns', () => {
    const all = ENTRIES.map(({ name }) => name)
    expect(new Set(all).size).toBe(all.length)
    for (const { name, key, help } of ENTRIES) {
      expect(widthOf(name)).toBeLessThanOrEqual(16)
      expect(widthOf(key)).toBeLessThanOrEqual(6)
      expect(widthOf(help)).toBeLessThanOrEqual(29)
    }
  })
})

describe('the matches', () => {
  test.each([
    ['unit', 'unit'],
    ['UNIT btc', 'unit BTC'],
    ['btc', 'unit BTC'],
    ['vov', 'view overview'],
    ['vo', 'view orders'],
    ['quit', 'quit'],
    ['q', 'quit'],
    ['utc', 'zone utc'],
    ['sort p&l', 'sort P&L'],
    ['orders', 'view orders'],
    ['4h', 'candles 4h'],
    ['savings', 'account savings'],
    ['stop', 'size'],
    ['  unit   USD ', 'unit USD'],
  ])('of %j begin with %j', (text, best) => {
    expect(names(text)[0]).toBe(best)
  })

  test('are all commands for an empty line, in the order of the table', () => {
    expect(names('')).toEqual(ENTRIES.map(({ name }) => name))
    expect(names('  ')).toEqual(names(''))
  })

  test('put each name first for itself, and never get more with another letter of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ENTRIES), fc.nat({ max: 16 }), ({ name }, length) => {
        expect(names(name)[0]).toBe(name)
        const shorter = new Set(names(name.slice(0, length)))
        expect(names(name.slice(0, length + 1)).filter(each => !shorter.has(each))).toEqual([])
        expect(names(name.slice(0, length + 1))).toContain(name)
      }),
    )
  })

  test('are found for any text without an error, and if there are none the closest name is named', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
        const found = paletteMatches(ENTRIES, text)
        expect(new Set(found).size).toBe(found.length)
      }),
    )
    expect(noMatchText(ENTRIES, 'uint', ENGLISH)).toBe('no command uint; the closest is unit')
    expect(noMatchText(ENTRIES, 'unti btc', ENGLISH)).toBe('no command unti btc; the closest is unit BTC')
    expect(noMatchText(ENTRIES, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', ENGLISH)).toContain(
      'an empty line lists all',
    )
  })
})

describe('the keys', () => {
  test('type, erase, and close it on Esc or on Backspace in an empty line', () => {
    expect(pressed(type('un')).palette).toEqual({ text: 'un', index: 0 })
    expect(pressed([...type('un'), 'backspace']).palette?.text).toBe('u')
    expect(pressed(['u', 'backspace', 'backspace']).palette).toBe(null)
    expect(pressed([...type('un'), 'escape'])).toEqual({ palette: null, clicked: null, command: null })
  })

  test('select another match and stop at the ends', () => {
    expect(pressed([...type('unit'), 'down', 'down']).palette?.index).toBe(2)
    expect(pressed([...type('unit'), 'up']).palette?.index).toBe(0)
    expect(pressed([...type('unit'), ...Array(90).fill('down')]).palette?.index).toBe(3)
    expect(pressed(['pagedown', 'pagedown', 'pageup']).palette?.index).toBe(7)
  })

  test('complete as far as the names agree, then the selected name, then the next one', () => {
    expect(pressed([...type('un'), 'tab']).palette?.text).toBe('unit')
    expect(pressed([...type('un'), 'tab', 'tab']).palette).toEqual({ text: 'unit', index: 1 })
    expect(pressed([...type('un'), 'tab', 'tab', 'tab']).palette?.text).toBe('unit sat')
    expect(pressed([...type('btc'), 'tab']).palette?.text).toBe('unit BTC')
    expect(pressed([...type('zzz'), 'tab']).palette?.text).toBe('zzz')
  })

  test('run the selected match on Enter, and nothing if no command fits', () => {
    expect(pressed([...type('unit btc'), 'enter'])).toMatchObject({
      palette: null,
      command: { type: 'choose', choice: { unit: 'BTC' } },
    })
    expect(pressed([...type('uint'), 'enter'])).toMatchObject({ palette: { text: 'uint' }, command: null })
  })

  test('never act on the dashboard, whatever is typed, and the selection stays in the list', () => {
    const ui = { ...INITIAL_UI, palette: EMPTY_PALETTE }
    const named = KEYS.flatMap(({ keys }) => keys).filter(key => !key.startsWith('ctrl-'))
    for (const key of named) expect(commandFor(key, ui)).toEqual({ type: 'palette-key', key })
    const key = fc.constantFrom(...named.filter(each => each !== 'enter'), ' ', '漢')
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), keys => {
        const { palette, command } = pressed(keys)
        expect(command).toBe(null)
        const { matches, index } = paletteSelection(palette ?? EMPTY_PALETTE, ENTRIES)
        expect(index === 0 || matches[index] !== undefined).toBe(true)
      }),
    )
    expect(commandFor('ctrl-c', ui)).toEqual({ type: 'quit' })
  })
})

describe('in Portuguese', () => {
  const entries = paletteEntries(INITIAL_UI, PORTUGUESE, true, [ACCOUNT])
  const best = (text: string): string | undefined => paletteMatches(entries, text)[0]?.name
  const completed = (text: string): string | undefined =>
    paletteReducer({ text, index: 0 }, 'tab', entries).palette?.text

  test.each([
    ['tela ordens', 'view orders'],
    ['tela posicoes', 'view positions'],
    ['Próxima', 'next account'],
    ['proxima', 'next account'],
    ['unidade btc', 'unit BTC'],
    ['conta savings', 'account savings'],
    ['ordenar risco', 'sort risk'],
    ['congelar', 'freeze'],
    ['view orders', 'view orders'],
    ['unit BTC', 'unit BTC'],
    ['account savings', 'account savings'],
    ['quit', 'quit'],
  ])('%j and the English name find the command', (text, name) => {
    expect(best(text)).toBe(name)
  })

  test('every English name and every Portuguese one is first for itself', () => {
    for (const { name, shown } of entries) expect([best(name), best(shown)]).toEqual([name, name])
    expect(new Set(entries.map(({ shown }) => shown)).size).toBe(entries.length)
    for (const { shown } of entries) expect(widthOf(shown)).toBeLessThanOrEqual(16)
  })

  test('completion goes on in the language that is typed', () => {
    expect(completed('tel')).toBe('tela ')
    expect(completed('proxima')).toBe('próxima conta')
    expect(completed('vie')).toBe('view ')
    expect(completed('view h')).toBe('view history')
  })

  test('no word of the table is without a command', () => {
    const used = new Set(
      [
        ...ENTRIES.map(({ name }) => name),
        'sum of accounts',
        ...THEME_NAMES.map(name => `theme ${name}`),
      ].flatMap(name => [name, name.split(' ')[0]]),
    )
    expect(Object.keys(COMMAND_NAMES).filter(name => !used.has(name))).toEqual([])
  })

  test('the name of an account stays, also if it is a word of the table', () => {
    const net = { ...ACCOUNT, name: 'account net' }
    const last = paletteEntries(INITIAL_UI, PORTUGUESE, true, [net]).at(-1)
    expect(last?.shown).toBe('conta net')
    expect(PORTUGUESE.command('constructor toString')).toBe('constructor toString')
  })
})

test('a click selects a command, another one on it runs it, and the wheel selects the next', () => {
  const ui = { ...INITIAL_UI, palette: { text: 'unit', index: 0 } }
  const click = { kind: 'press', zone: 'palette', row: 'unit USD' } as const
  const once = palettePointer(ui, click, ENTRIES)
  expect(once).toEqual({
    palette: { text: 'unit', index: 3 },
    clicked: { zone: 'palette', row: 'unit USD' },
    command: null,
  })
  expect(palettePointer({ ...ui, ...once }, click, ENTRIES).command).toMatchObject({
    choice: { unit: 'USD' },
  })
  expect(palettePointer(ui, { ...click, kind: 'wheel-down' }, ENTRIES).palette?.index).toBe(1)
  expect(palettePointer(ui, { ...click, row: null }, ENTRIES).command).toBe(null)
})
