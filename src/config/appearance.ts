import { isUtf8Locale } from '../domain/locale.ts'
import type { Env } from '../ports/env.ts'

/** Capabilities of the terminal, read from environment variables. */
export interface Appearance {
  readonly color: boolean
  readonly unicode: boolean
  /** False if the cursor cannot be moved: then there is no dashboard. */
  readonly screen: boolean
}

/** Reads TERM, NO_COLOR (unless empty) and the locale. */
export function appearanceFrom(env: Env): Appearance {
  const isDumb = env.TERM === 'dumb'
  return {
    color: !isDumb && (env.NO_COLOR ?? '') === '',
    unicode: isUtf8Locale(env),
    screen: !isDumb,
  }
}
