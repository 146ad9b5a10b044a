import { Secret } from '../domain/secret.ts'
import type { Chance } from '../ports/clock.ts'

const TOKEN_BYTES = 32

/** `axr_` and eight characters of the 64 that follow: enough to recognise a token, far too few to guess it. */
const PREFIX_CHARACTERS = 12

/** A new token, to be shown once, and what may be kept of it in clear. */
export interface NewToken {
  readonly token: Secret
  readonly prefix: string
}

/** 256 random bits in a shape that programs which look for leaked secrets can find. */
export function newToken(chance: Chance): NewToken {
  const text = `axr_${chance.hex(TOKEN_BYTES)}`
  return { token: new Secret(text), prefix: text.slice(0, PREFIX_CHARACTERS) }
}

/** What a person may type to name a token: its id or its first characters, never all of it. */
export function isWholeToken(text: string): boolean {
  return text.startsWith('axr_') && text.length > PREFIX_CHARACTERS
}
