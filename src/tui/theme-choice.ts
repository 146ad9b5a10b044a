import type { Background } from '../domain/color.ts'
import { THEME_NAMES } from '../domain/theme.ts'
import type { AddedEntry } from './input/palette-entries.ts'
import type { Theme } from './paint/theme.ts'

/** The theme on the screen, which the palette changes and the terminal's answer about its background too. */
export interface ThemeChoice {
  /** `theme dark` and the like, before other commands. */
  with(others?: readonly AddedEntry[]): readonly AddedEntry[]
  setBackground(background: Background): void
}

/** `apply` is called with each other theme. */
export function openThemeChoice(first: Theme, apply: (theme: Theme) => void): ThemeChoice {
  let theme = first
  function change(next: Partial<Theme>): void {
    theme = { ...theme, ...next }
    apply(theme)
  }
  const commands = THEME_NAMES.map(
    (name): AddedEntry => ({
      name: `theme ${name}`,
      key: '',
      help: 'colors until you quit',
      command: { type: 'call', call: () => change({ name }) },
    }),
  )
  return {
    with: (others = []) => [...commands, ...others],
    setBackground: background => change({ background }),
  }
}
