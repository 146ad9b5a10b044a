import type { Role } from './line.ts'

/** How the screen looks; the caller decides from the environment (NO_COLOR, TERM, the locale). */
export interface Theme {
  /** `colour-blind`: blue and orange instead of green and red. */
  readonly palette: 'default' | 'colour-blind'
  /** False: no colours; bold, faint and inverse stay. */
  readonly color: boolean
  /** False: only ASCII is written. */
  readonly unicode: boolean
}

/** SGR parameters that open a role, each a code of its own. */
export type Paint = Readonly<Record<Role, readonly string[]>>

const ATTRIBUTES: Paint = {
  plain: [],
  faint: ['2'],
  strong: ['1'],
  gain: [],
  loss: [],
  watch: [],
  warn: ['1'],
  critical: ['1'],
  accent: [],
  badge: ['7'],
  banner: ['7'],
}

const COLOURS: Record<Theme['palette'], Paint> = {
  default: {
    plain: [],
    faint: ['2'],
    strong: ['1'],
    gain: ['32'],
    loss: ['31'],
    watch: ['33'],
    warn: ['1', '33'],
    critical: ['1', '91'],
    accent: ['36'],
    badge: ['7', '33'],
    banner: ['7'],
  },
  'colour-blind': {
    plain: [],
    faint: ['2'],
    strong: ['1'],
    gain: ['94'],
    loss: ['38;5;208'],
    watch: ['36'],
    warn: ['1', '33'],
    critical: ['1', '38;5;208'],
    accent: ['36'],
    badge: ['7', '33'],
    banner: ['7'],
  },
}

/** The codes of a theme. */
export function paintOf({ palette, color }: Theme): Paint {
  return color ? COLOURS[palette] : ATTRIBUTES
}
