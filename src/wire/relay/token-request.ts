import * as z from 'zod/mini'
import type { Decoded } from '../decoded.ts'
import { isoTime } from '../lnm/fields.ts'
import { lazy, validate } from '../validate.ts'

/** The body of `POST /v1/tokens`. */
export interface TokenRequest {
  /** Name of the user. */
  readonly user: string
  /** Name of the token in listings. */
  readonly name: string
  readonly scopes: readonly ('read' | 'read-all' | 'alerts' | 'admin')[]
  /** Time of expiry in ms since 1970; null if the token does not expire. */
  readonly expiresAt: number | null
}

/** Valid token names. Control characters are excluded, as listings are printed on terminals. */
export const TOKEN_NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u

const nameField = z.string().check(z.regex(TOKEN_NAME, 'is not 1 to 64 printable characters'))

const schema = lazy(() =>
  z.object({
    user: z.string(),
    name: nameField,
    scopes: z._default(
      z.array(z.enum(['read', 'read-all', 'alerts', 'admin'])).check(z.minLength(1), z.maxLength(4)),
      ['read'],
    ),
    expiresAt: z._default(z.nullable(isoTime), null),
  }),
)

/** Decodes the parsed body of a token request. */
export function decodeTokenRequest(body: unknown): Decoded<TokenRequest> {
  return validate<TokenRequest>(schema(), body, 'body')
}
