import { wallNow } from '../../domain/wall-clock.ts'
import type { RelayStore, RelayToken, RelayUser, TokenScope } from '../../ports/relay-store.ts'
import type { RelayDeps } from '../context.ts'

/** A user whose account is read. */
interface AccountUser {
  readonly userId: string
  readonly userName: string
}

/** What a valid token permits. */
export interface Grant {
  readonly digest: string
  readonly tokenId: string
  /** The user of the token: all limits count for it, whichever account is read. */
  readonly userId: string
  readonly userName: string
  /** Whose account is read: the user of the token, unless the request names another one. */
  readonly account: AccountUser
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
  if (!TOKEN_PATTERN.test(token)) return null
  const digest = deps.crypto.sha256(token)
  const found = await store.findToken(digest)
  if (found === null || !isValid(found.token, wallNow(deps.clock))) return null
  return toGrant(digest, found.token, found.user)
}

/**
 * Returns which of these tokens are valid, with one query for all. Their names are their digests.
 * @throws AxisorError config, if the database cannot be read
 */
export async function validDigests(
  digests: readonly string[],
  store: RelayStore,
  now: number,
): Promise<ReadonlySet<string>> {
  const found = await store.findTokens(digests)
  return new Set(
    digests.filter(digest => {
      const token = found.get(digest)?.token
      return token !== undefined && isValid(token, now)
    }),
  )
}

/** Returns true if a token is neither revoked nor expired. */
export function isValid({ revokedAt, expiresAt }: RelayToken, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt)
}

function toGrant(digest: string, { id, scopes, expiresAt }: RelayToken, user: RelayUser): Grant {
  const account = { userId: user.id, userName: user.name }
  return { digest, tokenId: id, ...account, account, scopes, expiresAt }
}
