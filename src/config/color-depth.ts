import type { ColorDepth } from '../domain/color.ts'
import type { Env } from '../ports/env.ts'

/** FORCE_COLOR as Node.js and supports-color read it. Any other value forces color, at the depth of the terminal. */
const FORCED: ReadonlyMap<string, ColorDepth> = new Map([
  ['0', 1],
  ['false', 1],
  ['1', 4],
  ['true', 4],
  ['2', 8],
  ['3', 24],
])

/** Values of TERM and TERM_PROGRAM whose terminals show 24 bits, whatever COLORTERM says. */
const DIRECT_TERMS = /-direct$|^(xterm-kitty|xterm-ghostty|alacritty|wezterm|foot|contour)(-|$)/
const DIRECT_PROGRAMS: ReadonlySet<string> = new Set(['iTerm.app', 'vscode', 'WezTerm', 'ghostty'])

/**
 * Returns the colors that may be written. FORCE_COLOR decides if it is set, then NO_COLOR, then what TERM, COLORTERM and TERM_PROGRAM say of
 * the terminal. Empty variables count as unset.
 */
export function colorDepthFrom(env: Env): ColorDepth {
  const forced = env.FORCE_COLOR ?? ''
  if (forced !== '') return FORCED.get(forced) ?? (Math.max(4, terminalDepth(env)) as ColorDepth)
  return (env.NO_COLOR ?? '') === '' ? terminalDepth(env) : 1
}

function terminalDepth(env: Env): ColorDepth {
  const term = env.TERM ?? ''
  if (term === 'dumb' || /-mono$|-m$/.test(term)) return 1
  if (DIRECT_TERMS.test(term)) return 24
  const palette = term.includes('256') ? 8 : 4
  // GNU screen passes on the variables of the terminal around it, and does not understand 24 bits.
  if (isGnuScreen(env)) return palette
  if (['truecolor', '24bit'].includes(env.COLORTERM ?? '') || (env.WT_SESSION ?? '') !== '') return 24
  if (DIRECT_PROGRAMS.has(env.TERM_PROGRAM ?? '')) return 24
  return env.TERM_PROGRAM === 'Apple_Terminal' ? 8 : palette
}

/** True in GNU screen. tmux calls itself `screen` too, but sets TMUX. */
export function isGnuScreen({ TERM, TMUX }: Env): boolean {
  return (TERM ?? '').startsWith('screen') && (TMUX ?? '') === ''
}
