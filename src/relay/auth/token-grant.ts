import { wallNow } from '../../domain/wall-clock.ts'
import type { RelayStore, RelayToken, RelayUser, TokenScope } from '../../ports/relay-store.ts'
import type { RelayDeps } from '../context.ts'

/** What a valid token permits. */
export interface Grant {
  readonly digest: string
  readonly tokenId: string
  readonly userId: string
  readonly userName: string
  readonly scopes: readonly TokenScope[]
  readonly expiresAt: number | null
}

/** The format of a token; any other text is not looked up. */
const TOKEN_PATTERN = /^axr_[A-Za-z0-9_-]{32,120}$/

/**
 * Returns what a token permits, or null if it is not valid. All reasons look alike, so that guessing reveals nothing.
 * The lookup by SHA-256 digest makes its duration independent of the stored tokens.
 * @throws AxisorError config, if the database cannot be read
 */
export async function grantOf(token: string, store: RelayStore, deps: RelayDeps): Promise<Grant | null> {
  return TOKEN_PATTERN.test(token)
    ? grantOfDigest(deps.crypto.sha256(token), store, wallNow(deps.clock))
    : null
}

/** Does the same by digest, to check a token again later. Throws as above. */
export async function grantOfDigest(digest: string, store: RelayStore, now: number): Promise<Grant | null> {
  const found = await store.findToken(digest)
  if (found === null || !isValid(found.token, now)) return null
  return toGrant(digest, found.token, found.user)
}

function isValid({ revokedAt, expiresAt }: RelayToken, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt)
}

function toGrant(digest: string, { id, scopes, expiresAt }: RelayToken, user: RelayUser): Grant {
  return { digest, tokenId: id, userId: user.id, userName: user.name, scopes, expiresAt }
}
