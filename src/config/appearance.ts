import type { Env } from '../ports/env.ts'

/** Capabilities of the terminal, read from environment variables. */
export interface Appearance {
  readonly color: boolean
  readonly unicode: boolean
  /** False if the cursor cannot be moved: then there is no dashboard. */
  readonly screen: boolean
}

/** Reads TERM, NO_COLOR (unless empty) and the locale. As in the C library, the first locale variable that is set decides on UTF-8. */
export function appearanceFrom(env: Env): Appearance {
  const isDumb = env.TERM === 'dumb'
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '')
  return {
    color: !isDumb && (env.NO_COLOR ?? '') === '',
    unicode: /utf-?8/i.test(locale ?? ''),
    screen: !isDumb,
  }
}
