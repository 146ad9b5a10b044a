import { isUtf8Locale } from '../domain/locale.ts'
import type { Env } from '../ports/env.ts'

/** Capabilities of the terminal, read from environment variables. */
export interface Appearance {
  readonly color: boolean
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

/** Reads TERM, NO_COLOR (unless empty), the locale, and the variables of SSH and of terminals that show progress. */
export function appearanceFrom(env: Env): Appearance {
  const isDumb = env.TERM === 'dumb'
  return {
    color: !isDumb && (env.NO_COLOR ?? '') === '',
    unicode: isUtf8Locale(env),
    screen: !isDumb,
    isRemote: [env.SSH_CONNECTION, env.SSH_TTY].some(value => (value ?? '') !== ''),
    hasProgress:
      (env.TMUX ?? '') === '' &&
      ((env.WT_SESSION ?? env.ConEmuPID ?? '') !== '' || PROGRESS_PROGRAMS.has(env.TERM_PROGRAM ?? '')),
  }
}
