import { wallNow } from '../../domain/wall-clock.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, RelayToken, TokenScope } from '../../ports/relay-store.ts'
import { isValid } from './token-grant.ts'

const TOKEN_BYTES = 32

/** `axr_` and eight more characters: enough to recognize a token, useless for guessing the other 56. */
const PREFIX_LENGTH = 12

export interface NewToken {
  readonly userId: string
  readonly name: string
  readonly scopes: readonly TokenScope[]
  /** Ms since 1970; null if the token never expires. */
  readonly expiresAt: number | null
  /** Id of the token that issues it; null for a command. */
  readonly issuedBy: string | null
}

/** The valid tokens that a user may have. */
export const MAX_VALID_TOKENS = 256

/** A new token with its text, which is never stored. */
export interface IssuedToken {
  readonly text: string
  readonly token: RelayToken
}

/** Dependencies of issuing tokens. */
export interface TokenDeps {
  readonly clock: Clock
  readonly random: Random
  readonly crypto: Pick<Crypto, 'sha256'>
}

/** Generates the text of a token: `axr_` and 256 random bits in hexadecimal. */
export function tokenText(random: Random): string {
  return `axr_${random.hex(TOKEN_BYTES)}`
}

/** Returns true if a text has the format of a token. */
export function isTokenText(text: string): boolean {
  return /^axr_[0-9a-f]{64}$/.test(text)
}

/**
 * Issues a token and stores its digest. Returns null if the user does not exist, or the token that issues it was revoked.
 * @throws AxisorError config, if the database cannot be written
 */
export async function issueToken(
  deps: TokenDeps,
  store: RelayStore,
  { userId, name, scopes, expiresAt, issuedBy }: NewToken,
  text = tokenText(deps.random),
): Promise<IssuedToken | null> {
  const token: RelayToken = {
    id: deps.random.hex(8),
    userId,
    name,
    prefix: text.slice(0, PREFIX_LENGTH),
    scopes,
    createdAt: wallNow(deps.clock),
    expiresAt,
    issuedBy,
    lastUsedAt: null,
    revokedAt: null,
  }
  return (await store.addToken(token, deps.crypto.sha256(text))) ? { text, token } : null
}

/** Returns true if a user may have one more valid token. @throws AxisorError config, if the database cannot be read */
export async function hasRoomForToken(store: RelayStore, userId: string, now: number): Promise<boolean> {
  const valid = (await store.tokens(userId)).filter(token => isValid(token, now))
  return valid.length < MAX_VALID_TOKENS
}

/** Returns true if a text holds more of a token than its prefix, which is enough to name it. */
export function isWholeToken(text: string): boolean {
  return text.startsWith('axr_') && text.length > PREFIX_LENGTH
}
