import type { Background, ColorDepth } from '../../domain/color.ts'
import { type OwnColors, ROLES, type ThemeName } from '../../domain/theme.ts'
import type { Role } from './line.ts'
import { sgrOf } from './palette.ts'
import { type ShownTheme, shownTheme, THEME_COLORS } from './theme-colors.ts'

/** How the screen looks; the caller decides from settings, environment and terminal. */
export interface Theme {
  readonly name: ThemeName
  /** Decides what `auto` and `colorblind` look like. Null if it is unknown: their colors can be read on black and on white then. */
  readonly background: Background | null
  /** 1: no colors; bold, faint, underline and inverse stay. */
  readonly colorDepth: ColorDepth
  /** Replace the colors of the theme. */
  readonly colors: OwnColors
  /** False: only ASCII is written. */
  readonly unicode: boolean
}

/** SGR parameters of each role in one fixed order (intensity, underline, inverse, color), so that equal styles are equal strings. */
export type RoleStyles = Readonly<Record<Role, string>>

const ATTRIBUTES: RoleStyles = {
  plain: '',
  faint: '2',
  strong: '1',
  gain: '',
  loss: '',
  watch: '',
  warn: '1',
  critical: '1',
  accent: '',
  badge: '7',
  banner: '7',
}

/** Where color may not tell it apart, CRIT is underlined: with 16 colors a loss has the same red. */
const UNDERLINED = '1;4'

/** The styles of a theme. */
export function stylesOf(theme: Theme): RoleStyles {
  const shown = shownTheme(theme.name, theme.background)
  const isColored = theme.colorDepth > 4 && (shown === 'dark' || shown === 'light')
  const styleOf = (role: Role): string => {
    const color = colorOf(theme, shown, role)
    // Terminals choose how faint they draw, often too faint to read: a gray is sure.
    if (role === 'faint' && color !== '') return color
    const attributes = role === 'critical' && !isColored ? UNDERLINED : ATTRIBUTES[role]
    return [attributes, color].filter(part => part !== '').join(';')
  }
  return Object.fromEntries(ROLES.map(role => [role, styleOf(role)])) as Record<Role, string>
}

function colorOf({ colorDepth, colors }: Theme, shown: ShownTheme, role: Role): string {
  const own = colors[role]
  if (own !== undefined) return sgrOf(own, colorDepth)
  const { of256, of16 } = THEME_COLORS[shown][role]
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
