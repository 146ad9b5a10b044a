import type { Role } from './line.ts'

/** How the screen looks; the caller decides from the environment (NO_COLOR, TERM, the locale). */
export interface Theme {
  /** `colour-blind`: blue and orange instead of green and red. */
  readonly palette: 'default' | 'colour-blind'
  /** False: no colors; bold, faint and inverse stay. */
  readonly color: boolean
  /** False: only ASCII is written. */
  readonly unicode: boolean
}

/** SGR parameters of each role in one fixed order (intensity, inverse, color), so that equal styles are equal strings. */
export type RoleStyles = Readonly<Record<Role, string>>

const WITHOUT_COLOR: RoleStyles = {
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

const PALETTES: Record<Theme['palette'], RoleStyles> = {
  default: {
    plain: '',
    faint: '2',
    strong: '1',
    gain: '32',
    loss: '31',
    watch: '33',
    warn: '1;33',
    critical: '1;91',
    accent: '36',
    badge: '7;33',
    banner: '7',
  },
  'colour-blind': {
    plain: '',
    faint: '2',
    strong: '1',
    gain: '94',
    loss: '38;5;208',
    watch: '36',
    warn: '1;33',
    critical: '1;38;5;208',
    accent: '36',
    badge: '7;33',
    banner: '7',
  },
}

/** The styles of a theme. */
export function stylesOf({ palette, color }: Theme): RoleStyles {
  return color ? PALETTES[palette] : WITHOUT_COLOR
}

/** True if a style colors the ground of a cell, so that a blank in it is visible. */
export function isFilled(style: string): boolean {
  return style.split(';').includes('7')
}
