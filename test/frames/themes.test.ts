import { describe, expect, test } from 'vitest'
import { ENGLISH } from '../../src/tui/lang/translate.ts'
import { stylesOf, type Theme } from '../../src/tui/paint/theme.ts'
import type { CellRow } from '../../src/tui/terminal/cell-row.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { PORTUGUESE } from '../support/pseudo-language.ts'
import { DARK } from '../support/themes.ts'
import { frozenContext, STATE_NAMES, stateContext } from './every-state.ts'
import { SIZES } from './frame-sizes.ts'
import { rowText, screenOf, screenText } from './render.tsx'
import { contextOf, sampleStore } from './sample-screens.ts'

const THEMES: readonly Theme[] = [
  ...(['dark', 'light', 'colorblind', 'mono'] as const).flatMap(name =>
    ([4, 8] as const).map(colorDepth => ({ ...DARK, name, colorDepth })),
  ),
  { ...DARK, name: 'colorblind', background: 'light', colorDepth: 8 },
  { ...DARK, colorDepth: 1 },
  { ...DARK, name: 'dark', colorDepth: 24, colors: { loss: [1, 2, 3], plain: 7, banner: [4, 7, 4] } },
]

/** The text of each screen, which no theme changes. */
const texts = new Map<string, string>()

function textOf(name: string, context: RenderContext): string {
  const key = `${name} ${context.columns}`
  const known = texts.get(key) ?? screenText(screenOf(context))
  texts.set(key, known)
  return known
}

const LANGUAGES = { English: ENGLISH, Portuguese: PORTUGUESE } as const

/** The style of a text on the screen: of its first character. */
function styleOf(screen: readonly CellRow[], text: string): string | undefined {
  const row = screen.find(each => rowText(each).includes(text))
  return row?.styles[rowText(row).indexOf(text)]
}

/** Styles of blanks that do not fill their ground. */
function styledBlanks({ chars, styles }: CellRow): readonly string[] {
  return styles.filter(
    (style, at) => chars[at] === ' ' && style !== '' && style !== '7' && !style.startsWith('7;'),
  )
}

describe.each(THEMES)('$name on $background with $colorDepth bits', theme => {
  const styles = stylesOf(theme)
  const known = new Set(['', ...Object.values(styles)])

  test.each([...STATE_NAMES, 'frozen'])(
    'draws %s with its own styles and the same text at each size and in each language',
    name => {
      for (const [columns, rows] of SIZES) {
        for (const [language, t] of Object.entries(LANGUAGES)) {
          // A language changes texts and no styles: one small and one large screen are enough.
          if (language !== 'English' && columns !== 80 && columns !== 200) continue
          const size = { columns, rows }
          const base = name === 'frozen' ? frozenContext(size) : stateContext(name, size)
          const context = { ...base, info: { ...base.info, t }, scrollLimits: new Map() }
          const screen = screenOf(context, theme)
          expect(screenText(screen)).toBe(textOf(`${name} ${language}`, context))
          const foreign = screen.flatMap(row => row.styles.filter(style => !known.has(style)))
          expect(foreign).toEqual([])
          expect(screen.flatMap(styledBlanks), 'blanks without a ground have no style').toEqual([])
        }
      }
    },
  )

  test('shows a loss, a gain, a warning and CRIT in their styles', () => {
    const screen = screenOf(contextOf(sampleStore()), theme)
    expect(styleOf(screen, '-360,869')).toBe(styles.loss)
    expect(styleOf(screen, '+154,409')).toBe(styles.gain)
    expect(styleOf(screen, 'CRIT iso')).toBe(styles.critical)
    expect(styleOf(screen, '●')).toBe(styles.gain)
    expect(styles.critical).not.toBe(styles.loss)
  })
})
