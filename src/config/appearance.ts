import type { Background, ColorDepth } from '../domain/color.ts'
import { isUtf8Locale } from '../domain/locale.ts'
import type { Env } from '../ports/env.ts'
import { colorDepthFrom, isGnuScreen } from './color-depth.ts'

/** Capabilities of the terminal, read from environment variables. */
export interface Appearance {
  readonly colorDepth: ColorDepth
  /** What COLORFGBG says, which some terminals set; null without it. */
  readonly background: Background | null
  /** The terminal is likely to answer OSC 11, and certain to ignore it without a trace otherwise. */
  readonly reportsBackground: boolean
  readonly unicode: boolean
  /** False if the cursor cannot be moved: then there is no dashboard. */
  readonly screen: boolean
  /** The terminal is on another machine. */
  readonly isRemote: boolean
  /** The terminal shows OSC 9;4 as the progress of a task; others may show it as a notification. */
  readonly hasProgress: boolean
}

/** Values of TERM_PROGRAM whose terminals show progress. */
const PROGRESS_PROGRAMS: ReadonlySet<string> = new Set(['ghostty', 'WezTerm'])

/**
 * Values of TERM whose terminals skip an OSC that they don't know. The Linux console prints its digits. GNU screen passes OSC 11 to the
 * terminal around it and answers DA1 itself, so that the order of the answers means nothing.
 */
const SKIPS_OSC =
  /^(xterm|tmux|screen|rxvt|alacritty|foot|kitty|wezterm|ghostty|konsole|contour|mintty|st)([-.]|$)/

/** Reads TERM, the variables of colors, the locale, and the variables of SSH and of terminals that show progress. */
export function appearanceFrom(env: Env): Appearance {
  const isDumb = env.TERM === 'dumb'
  return {
    colorDepth: colorDepthFrom(env),
    background: backgroundFrom(env),
    reportsBackground: SKIPS_OSC.test(env.TERM ?? '') && !isGnuScreen(env),
    unicode: isUtf8Locale(env),
    screen: !isDumb,
    isRemote: [env.SSH_CONNECTION, env.SSH_TTY].some(value => (value ?? '') !== ''),
    hasProgress:
      (env.TMUX ?? '') === '' &&
      ((env.WT_SESSION ?? env.ConEmuPID ?? '') !== '' || PROGRESS_PROGRAMS.has(env.TERM_PROGRAM ?? '')),
  }
}

/** COLORFGBG is `foreground;background`, in some terminals with a third number between. 7 and 9 to 15 are the light ones. */
function backgroundFrom({ COLORFGBG = '' }: Env): Background | null {
  const number = /;(\d{1,2})$/.exec(COLORFGBG)?.[1]
  if (number === undefined) return null
  return Number(number) === 7 || Number(number) >= 9 ? 'light' : 'dark'
}
