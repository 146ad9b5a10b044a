import type { Color } from './color.ts'

/** `auto` is `dark` or `light`, by the background of the terminal. `mono` has no color of its own. */
export const THEME_NAMES = ['auto', 'dark', 'light', 'colorblind', 'mono'] as const

export type ThemeName = (typeof THEME_NAMES)[number]

/** The meanings of texts on the screen, which a theme gives a style. Color is never their only sign. */
export const ROLES = [
  'plain',
  'faint',
  'strong',
  'gain',
  'loss',
  'watch',
  'warn',
  'critical',
  'accent',
  'badge',
  'banner',
] as const

/** Colors of the user's choice, which replace those of the theme. */
export type OwnColors = { readonly [Role in (typeof ROLES)[number]]?: Color }
