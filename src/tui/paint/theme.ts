import type { Background, ColorDepth } from '../../domain/color.ts'
import type { OwnColors, ThemeName } from '../../domain/theme.ts'
import type { Role } from './line.ts'
import { sgrOf } from './palette.ts'
import { shownTheme, THEME_COLORS } from './theme-colors.ts'

/** How the screen looks; the caller decides from settings, environment and terminal. */
export interface Theme {
  readonly name: ThemeName
  /** Decides what `auto` and `colorblind` look like. */
  readonly background: Background
  /** 1: no colors; bold, faint, underline and inverse stay. */
  readonly colorDepth: ColorDepth
  /** Replace the colors of the theme. */
  readonly colors: OwnColors
  /** False: only ASCII is written. */
  readonly unicode: boolean
}

/** SGR parameters of each role in one fixed order (intensity, underline, inverse, color), so that equal styles are equal strings. */
export type RoleStyles = Readonly<Record<Role, string>>

/** The same in every theme, so that what is critical differs from a loss, and from a warning, without color too. */
const ATTRIBUTES: RoleStyles = {
  plain: '',
  faint: '2',
  strong: '1',
  gain: '',
  loss: '',
  watch: '',
  warn: '1',
  critical: '1;4',
  accent: '',
  badge: '7',
  banner: '7',
}

/** The styles of a theme. */
export function stylesOf(theme: Theme): RoleStyles {
  const styleOf = ([role, attributes]: readonly [string, string]) => {
    const color = colorOf(theme, role as Role)
    // Terminals choose how faint they draw, often too faint to read: a gray is sure.
    const kept = role === 'faint' && color !== '' ? '' : attributes
    return [role, [kept, color].filter(part => part !== '').join(';')] as const
  }
  return Object.fromEntries(Object.entries(ATTRIBUTES).map(styleOf)) as Record<Role, string>
}

function colorOf({ name, background, colorDepth, colors }: Theme, role: Role): string {
  const own = colors[role]
  if (own !== undefined) return sgrOf(own, colorDepth)
  const { of256, of16 } = THEME_COLORS[shownTheme(name, background)][role]
  const color = colorDepth > 4 ? of256 : of16
  return color === null ? '' : sgrOf(color, colorDepth)
}

/** True if a style colors the ground of a cell, so that a blank in it is visible. Attributes come first and have one digit. */
export function isFilled(style: string): boolean {
  return /^(?:\d;)*7(?:;|$)/.test(style)
}

/** True if a blank that is written in a style looks different from a blank without: filled or underlined. */
export function marksBlanks(style: string): boolean {
  return /^(?:\d;)*[47](?:;|$)/.test(style)
}
