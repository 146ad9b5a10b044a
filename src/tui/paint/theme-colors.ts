import type { Background } from '../../domain/color.ts'
import type { ThemeName } from '../../domain/theme.ts'
import type { Role } from './line.ts'

/** A theme for one background; `either` is for an unknown one, black or white. */
export type ShownTheme =
  | 'dark'
  | 'light'
  | 'either'
  | 'colorblind-dark'
  | 'colorblind-light'
  | 'colorblind-either'
  | 'mono'

/** A color as a number of the palette of 256 and of 16; null is the terminal's own. */
export interface RoleColor {
  readonly of256: number | null
  readonly of16: number | null
}

/** The theme for a background; null is an unknown one. */
export function shownTheme(name: ThemeName, background: Background | null): ShownTheme {
  if (name === 'auto') return background ?? 'either'
  return name === 'colorblind' ? `colorblind-${background ?? 'either'}` : name
}

const OWN: RoleColor = { of256: null, of16: null }

function color(of256: number, of16: number | null): RoleColor {
  return { of256, of16 }
}

/**
 * The colors of the themes. Those above 15 look the same in every terminal; they are written in fewer bytes than 24 bits. Of the 16 others,
 * only those are used that can be read in the palettes of xterm and VGA: on black neither yellow (brown in VGA) nor red, on white neither green
 * nor cyan nor yellow, on either bright red, bright blue and magenta; a color that people without red cones take for blue is no warning. A test computes contrast, and what protanopes and deuteranopes can tell apart.
 */
export const THEME_COLORS: Readonly<Record<ShownTheme, Readonly<Record<Role, RoleColor>>>> = {
  dark: {
    plain: OWN,
    faint: color(247, null),
    strong: OWN,
    gain: color(77, 2),
    loss: color(210, 9),
    watch: color(221, 11),
    warn: color(221, 11),
    critical: color(203, 9),
    accent: color(80, 6),
    badge: color(221, 11),
    banner: OWN,
  },
  light: {
    plain: OWN,
    faint: color(240, null),
    strong: OWN,
    gain: color(22, 4),
    loss: color(124, 1),
    watch: color(94, 5),
    warn: color(94, 5),
    critical: color(160, 1),
    accent: color(24, 4),
    badge: color(94, 5),
    banner: OWN,
  },
  either: {
    plain: OWN,
    faint: color(243, null),
    strong: OWN,
    gain: color(28, 12),
    loss: color(161, 9),
    watch: color(130, 5),
    warn: color(130, 5),
    critical: color(196, 9),
    accent: color(31, 12),
    badge: color(130, 5),
    banner: OWN,
  },
  'colorblind-dark': {
    plain: OWN,
    faint: color(247, null),
    strong: OWN,
    gain: color(75, 6),
    loss: color(208, 11),
    watch: color(228, 13),
    warn: color(228, 13),
    critical: color(203, 9),
    accent: color(123, 6),
    badge: color(228, 13),
    banner: OWN,
  },
  'colorblind-light': {
    plain: OWN,
    faint: color(240, null),
    strong: OWN,
    gain: color(25, 4),
    loss: color(94, 1),
    watch: color(53, null),
    warn: color(53, null),
    critical: color(88, 1),
    accent: color(24, 4),
    badge: color(53, null),
    banner: OWN,
  },
  'colorblind-either': {
    plain: OWN,
    faint: color(243, null),
    strong: OWN,
    gain: color(27, 12),
    loss: color(130, 9),
    watch: OWN,
    warn: OWN,
    critical: color(162, 9),
    accent: color(31, 12),
    badge: OWN,
    banner: OWN,
  },
  mono: {
    plain: OWN,
    faint: OWN,
    strong: OWN,
    gain: OWN,
    loss: OWN,
    watch: OWN,
    warn: OWN,
    critical: OWN,
    accent: OWN,
    badge: OWN,
    banner: OWN,
  },
}
