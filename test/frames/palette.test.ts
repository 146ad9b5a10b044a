import { describe, expect, test } from 'vitest'
import { EMPTY_PALETTE } from '../../src/tui/input/palette-input.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { LAYOUT_SIZES } from './frame-sizes.ts'
import { rowText, screenOf } from './render.tsx'
import { contextOf, read, sampleStore, withUi } from './sample-screens.ts'

const ASCII = { name: 'mono', background: 'dark', colorDepth: 1, colors: {}, unicode: false } as const

const open = (text: string, over: Partial<RenderContext> = {}, index = 0) =>
  withUi(contextOf(sampleStore(), over), { palette: { text, index } })

test.each(LAYOUT_SIZES)('draws the palette at %i×%i', async (columns, rows) => {
  const text = read(open('un', { columns, rows }))
  expect(text).toContain('▸ unit')
  expect(text.split('\n').at(-1)).toContain(' :un█')
  await expect(`${text}\n`).toMatchFileSnapshot(`screens/palette-${columns}x${rows}.txt`)
})

describe.each(LAYOUT_SIZES)('the palette at %i×%i', (columns, rows) => {
  test('keeps state, positions and worst risk, and moves nothing while it is typed', () => {
    const texts = ['', 'u', 'unit', 'nothing fits'].map(text => read(open(text, { columns, rows })))
    for (const text of texts) {
      expect(text).toContain('● LIVE')
      expect(text).toMatch(/CRIT +iso +(7f3a )?LONG/)
      expect(text.split('\n').at(-2)).toContain('‼ CRIT ISO LONG 7f3a')
    }
    const places = texts.map(text => text.split('\n').findIndex(line => line.includes('── COMMANDS')))
    expect(new Set(places).size).toBe(1)
  })

  test('is readable in ASCII', () => {
    const rowsOf = screenOf(open('z', { columns, rows }), ASCII)
    const text = rowsOf.map(rowText).join('\n')
    expect(text).toMatch(/^> zone +t +times in UTC or local/m)
    expect(text).toMatch(/^ :z#/m)
    expect(text).not.toMatch(/[^\n -~]/)
  })

  test('lists every command whole as the selection moves', () => {
    const seen = new Set<string>()
    for (let index = 0; index < 80; index += 1)
      for (const line of read(open('', { columns, rows }, index)).split('\n'))
        if (line.startsWith('▸ ')) seen.add(line)
    const text = [...seen].join('\n')
    expect(text).toContain('▸ quit             q      quit')
    expect(text).toContain('▸ candles 3months         candles of 3months')
    expect(text).toContain('▸ acknowledge      a      acknowledge the named alert')
    expect(text).not.toContain('…')
  })
})

test('says that no command fits, with the closest one', () => {
  expect(read(open('uint', { columns: 56, rows: 20 }))).toContain('no command uint; the closest is unit')
})

test('has the commands of the caller, such as accounts', () => {
  const context = open('savings')
  const command = { type: 'call', call: () => {} } as const
  const info = {
    ...context.info,
    commands: () => [{ name: 'account savings', key: '', help: 'shows it', command }],
  }
  expect(read({ ...context, info })).toMatch(/▸ account savings +shows it/)
})

test.each([
  [60, 8],
  [80, 9],
  [30, 5],
  [20, 3],
])('shows what is typed on a screen of %i×%i', (columns, rows) => {
  expect(read(open('unit', { columns, rows }))).toContain(' :unit█')
})

test('covers no overlay', () => {
  const text = read(withUi(open(''), { overlay: 'detail', palette: EMPTY_PALETTE }))
  expect(text).toContain('── POSITION ─')
  expect(text).toContain('── COMMANDS')
})
