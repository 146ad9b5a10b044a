import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asciiOf } from '../../src/domain/ascii.ts'
import { PANES, type PaneName, VIEWS } from '../../src/tui/input/ui-state.ts'
import { ENGLISH } from '../../src/tui/lang/translate.ts'
import { OVERLAYS } from '../../src/tui/panes/paints.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { madeHistory } from '../support/made-history.ts'
import { PORTUGUESE } from '../support/pseudo-language.ts'
import { DARK } from '../support/themes.ts'
import { accountsContext, FIVE } from './accounts-screens.ts'
import { STATE_NAMES, stateContext } from './every-state.ts'
import { rowText, screenOf } from './render.tsx'
import { contextOf, sampleStore, withUi } from './sample-screens.ts'

const ASCII = { ...DARK, unicode: false }
const OVERLAY_NAMES = Object.keys(OVERLAYS) as (keyof typeof OVERLAYS)[]
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
]

/** The rows in which a character became `?`, as they are with it. */
function lostIn(context: RenderContext): readonly string[] {
  const info = { ...context.info, unicode: false }
  const inAscii = screenOf({ ...context, info }, ASCII)
  const whole = screenOf({ ...context, info })
  return inAscii.flatMap(({ chars }, row) => {
    const before = whole[row]?.chars ?? []
    return chars.some((char, column) => char === '?' && before[column] !== '?') && whole[row] !== undefined
      ? [rowText(whole[row])]
      : []
  })
}

describe.each([
  ['English', ENGLISH],
  ['Portuguese', PORTUGUESE],
])('in ASCII, %s', (_, t) => {
  const sample = (size: (typeof SIZES)[number]): RenderContext => {
    const context = contextOf(sampleStore(), { ...size, history: madeHistory() })
    return { ...context, info: { ...context.info, t } }
  }

  test('no sign of a pane becomes `?`', () => {
    for (const size of SIZES)
      for (const view of VIEWS)
        expect(lostIn(withUi(sample(size), { view, focus: PANES[view][0] }))).toEqual([])
    for (const expanded of new Set<PaneName>(Object.values(PANES).flat()))
      expect(lostIn(withUi(sample(SIZES[0] as never), { expanded, focus: expanded }))).toEqual([])
  })

  test.each(OVERLAY_NAMES)('no sign of the overlay %s becomes `?`', overlay => {
    for (const size of SIZES)
      for (const focus of ['closed', 'funding', 'connection'] as const)
        expect(lostIn(withUi(sample(size), { overlay, focus }))).toEqual([])
  })

  test('no sign of a prompt or of several accounts becomes `?`', () => {
    const context = sample({ columns: 80, rows: 24 })
    expect(lostIn(withUi(context, { palette: { text: 'v', index: 0 } }))).toEqual([])
    expect(lostIn(withUi(context, { filter: { phase: 'typing', text: 'a' } }))).toEqual([])
    expect(lostIn(accountsContext(FIVE, { shown: null }))).toEqual([])
  })

  test('Enter is named, and the cursor is no sign of a level', () => {
    const size = { columns: 120, rows: 40 }
    const text = (ui: Partial<RenderContext['ui']>): string => {
      const context = withUi(sample(size), ui)
      return screenOf({ ...context, info: { ...context.info, unicode: false } }, ASCII)
        .map(rowText)
        .join('\n')
    }
    expect(text({ view: 'history', focus: 'closed' })).toMatch(/ Enter (story|historia) - x export/)
    const typed = {
      whatIf: { target: { kind: 'move', fraction: 0 }, wantedDistance: 0.1, text: '-7' },
    } as const
    expect(text({ overlay: 'whatif', ...typed })).toContain('> -7_ Enter')
    expect(text({ overlay: 'size' })).toMatch(/> stop +_ /)
    expect(text({ filter: { phase: 'typing', text: 'a' } })).toContain('/ a_')
    expect(text({ palette: { text: 'view', index: 0 } })).toContain(':view_')
  })
})

test.each(STATE_NAMES)('no sign of the state %s becomes `?` in ASCII', name => {
  expect(lostIn(stateContext(name, { columns: 120, rows: 40 }))).toEqual([])
})

test('every sign in the source of the screen has a sign in ASCII', () => {
  const files = ['tui', 'store', 'domain'].flatMap(part => {
    const folder = join(import.meta.dirname, '../../src', part)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter(name => /\.tsx?$/.test(name)).map(name => join(folder, name))
  })
  const code = files
    .map(file => readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, ''))
    .join('\n')
  const signs = [...new Set(code.match(/[^\0-\x7f]/gu))].filter(sign => sign !== '⏎')
  expect(signs.length).toBeGreaterThan(50)
  expect(signs.filter(sign => asciiOf(sign) === '?')).toEqual([])
})
