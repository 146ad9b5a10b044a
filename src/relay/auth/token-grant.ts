import type { RelayStore, RelayToken, RelayUser, TokenScope } from '../../ports/relay-store.ts'
import type { RelayDeps } from '../context.ts'

/** What a token that counts at this moment allows. */
export interface Grant {
  readonly digest: string
  readonly tokenId: string
  readonly userId: string
  readonly userName: string
  readonly scopes: readonly TokenScope[]
  readonly expiresAt: number | null
}

/** A token as it travels; anything else is not even looked up. */
const TOKEN = /^axr_[A-Za-z0-9_-]{32,120}$/

/**
 * What a token allows; null if it does not count, whatever the reason: who guesses must not learn how near a guess is. It is looked up
 * by its SHA-256, so how long that takes says nothing about the tokens that there are.
 * @throws AxisorError config, when the database can't be read
 */
export async function grantOf(token: string, store: RelayStore, world: RelayDeps): Promise<Grant | null> {
  return TOKEN.test(token) ? grantOfDigest(world.crypto.sha256(token), store, world.clock.nowMs()) : null
}

/** The same for the digest of a token, to look again later. Throws as above. */
export async function grantOfDigest(digest: string, store: RelayStore, now: number): Promise<Grant | null> {
  const found = await store.findToken(digest)
  if (found === null || !counts(found.token, now)) return null
  return toGrant(digest, found.token, found.user)
}

function counts({ revokedAt, expiresAt }: RelayToken, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt)
}

function toGrant(digest: string, { id, scopes, expiresAt }: RelayToken, user: RelayUser): Grant {
  return { digest, tokenId: id, userId: user.id, userName: user.name, scopes, expiresAt }
}
