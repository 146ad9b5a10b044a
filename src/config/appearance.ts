import type { Env } from '../ports/env.ts'

/** What the terminal can show, as its environment says. */
export interface Appearance {
  readonly color: boolean
  readonly unicode: boolean
  /** False: the cursor can't be moved, so there is no dashboard. */
  readonly screen: boolean
}

/** NO_COLOR counts when it is not empty; the first locale variable that is set decides about UTF-8, as in the C library. */
export function appearanceFrom(env: Env): Appearance {
  const isDumb = env.TERM === 'dumb'
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '')
  return {
    color: !isDumb && (env.NO_COLOR ?? '') === '',
    unicode: /utf-?8/i.test(locale ?? ''),
    screen: !isDumb,
  }
}
