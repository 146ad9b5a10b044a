import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { stylesOf, type Theme } from '../../src/tui/paint/theme.ts'
import type { CellRow } from '../../src/tui/terminal/cell-row.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { statusEvent, T0 } from '../support/samples.ts'
import { DARK } from '../support/themes.ts'
import { rowText, screenOf, screenText } from './render.tsx'
import { contextOf, LOST, READ_AT, sampleStore, withUi } from './sample-screens.ts'

const REVOKED = new AxisorError('key-refused', 'the key was revoked')

function after(at: number, ...events: readonly FeedEvent[]): RenderContext {
  const store: Store = sampleStore()
  for (const event of events) store.dispatch(event)
  return contextOf(store, {}, at)
}

const frozen = { at: T0, state: sampleStore().state(), history: null }

/** The header in each state, by what it says. */
const STATES: Readonly<Record<string, () => RenderContext>> = {
  LIVE: () => after(T0),
  quiet: () => after(READ_AT + 6_000),
  STALE: () =>
    after(
      T0 + 41_600,
      statusEvent(T0, { link: 'waiting', attempt: 3, retryAt: T0 + 48_600, lastError: LOST }),
    ),
  RECONNECTING: () =>
    after(T0 + 1_000, statusEvent(T0, { link: 'waiting', attempt: 1, retryAt: T0 + 2_000, lastError: LOST })),
  'HTTP only': () =>
    after(
      T0,
      statusEvent(T0, {
        link: 'waiting',
        transport: 'http',
        attempt: 2,
        retryAt: T0 + 4_000,
        lastError: LOST,
      }),
    ),
  'AUTH key refused': () => after(T0, statusEvent(T0, { link: 'stopped', lastError: REVOKED })),
  FROZEN: () => withUi(after(T0 + 3_000), { frozen }),
  WAITING: () => contextOf(openStore()),
  'WRITE KEY': () =>
    after(T0, statusEvent(T0, { key: { label: 'axi', permissions: null, canWrite: true } as never })),
}

const THEMES: readonly Theme[] = [
  ...(['dark', 'light', 'colorblind', 'mono'] as const).flatMap(name =>
    ([4, 8] as const).map(colorDepth => ({ ...DARK, name, colorDepth })),
  ),
  { ...DARK, name: 'colorblind', background: 'light', colorDepth: 8 },
  { ...DARK, colorDepth: 1 },
  { ...DARK, name: 'dark', colorDepth: 24, colors: { loss: [1, 2, 3], plain: 7, banner: [4, 7, 4] } },
]

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
]

/** The style of a text on the screen: of its first character. */
function styleOf(screen: readonly CellRow[], text: string): string | undefined {
  const row = screen.find(each => rowText(each).includes(text))
  return row?.styles[rowText(row).indexOf(text)]
}

describe.each(THEMES)('$name on $background with $colorDepth bits', theme => {
  const styles = stylesOf(theme)
  const known = new Set(['', ...Object.values(styles)])

  test.each(Object.entries(STATES))('draws %s with its own styles and the same text', (words, context) => {
    for (const size of SIZES) {
      const shown = { ...context(), ...size }
      const screen = screenOf(shown, theme)
      expect(screenText(screen)).toBe(screenText(screenOf(shown)))
      expect(rowText(screen[0] ?? { chars: [], styles: [] })).toMatch(new RegExp(words))
      const foreign = screen.flatMap(row => row.styles.filter(style => !known.has(style)))
      expect(foreign).toEqual([])
      const marked = screen.flatMap(({ chars, styles: all }) =>
        all.filter(
          (style, at) => chars[at] === ' ' && style !== '' && style !== '7' && !style.startsWith('7;'),
        ),
      )
      expect(marked, 'blanks without a ground have no style').toEqual([])
    }
  })

  test('shows a loss, a gain, a warning and CRIT in their styles', () => {
    const screen = screenOf(after(T0), theme)
    expect(styleOf(screen, '-360,869')).toBe(styles.loss)
    expect(styleOf(screen, '+154,409')).toBe(styles.gain)
    expect(styleOf(screen, 'CRIT iso')).toBe(styles.critical)
    expect(styleOf(screen, '●')).toBe(styles.gain)
    expect(styles.critical).not.toBe(styles.loss)
  })
})
