import * as z from 'zod/mini'
import type { Decoded } from '../decoded.ts'
import { isoTime } from '../lnm/fields.ts'
import { lazily, validate } from '../lnm/validate.ts'

/** What an administrator asks for with `POST /v1/tokens`. */
export interface TokenRequest {
  /** The name of whom the token is for. */
  readonly user: string
  /** What it is called in lists. */
  readonly name: string
  readonly scopes: readonly ('read' | 'admin')[]
  /** Ms since 1970; null: never. */
  readonly expiresAt: number | null
}

/** What a token may be called: lists of tokens are printed on terminals, which obey control characters. */
export const TOKEN_NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u

const nameField = z.string().check(z.regex(TOKEN_NAME, 'is not 1 to 64 characters that can be printed'))

const schema = lazily(() =>
  z.object({
    user: z.string(),
    name: nameField,
    scopes: z._default(z.array(z.enum(['read', 'admin'])).check(z.minLength(1), z.maxLength(2)), ['read']),
    expiresAt: z._default(z.nullable(isoTime), null),
  }),
)

/** Checks the body of such a request, already parsed. */
export function decodeTokenRequest(body: unknown): Decoded<TokenRequest> {
  return validate<TokenRequest>(schema(), body, 'body')
}
