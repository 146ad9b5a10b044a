import type { RelayStore } from '../../ports/relay-store.ts'
import type { Grant } from './token-grant.ts'

/** Why a token does not read an account: it reads none, it reads only that of its own user, or there is no such user. */
export type AccessRefusal = 'scope' | 'other-user' | 'no-such-user'

/** The reason for a change that a token with `read-all` requests. */
export const READS_ONLY = 'the token only reads this account: it acknowledges no alert of it'

/** Returns true if a grant is about the account of the token's own user. */
export function isOwnAccount({ userId, account }: Grant): boolean {
  return account.userId === userId
}

/** Returns true if a grant reads the account that it names. */
export function canRead(grant: Grant): boolean {
  const { scopes } = grant
  return scopes.includes('read-all') || (scopes.includes('read') && isOwnAccount(grant))
}

/** Returns true if a grant acknowledges alerts of the account that it names: `read-all` alone changes nothing. */
export function mayAcknowledge(grant: Grant): boolean {
  return grant.scopes.includes('read') && isOwnAccount(grant)
}

/**
 * Returns the grant of a token for the account of a user, or why it does not read it; null: the token's own user. Without `read-all` no
 * other name is looked up, so that a refusal does not reveal whether the user exists.
 * @throws AxisorError as the store
 */
export async function accountGrant(
  grant: Grant,
  userName: string | null,
  store: Pick<RelayStore, 'findUser'>,
): Promise<Grant | AccessRefusal> {
  if (userName === null || userName === grant.userName) return canRead(grant) ? grant : 'scope'
  if (!grant.scopes.includes('read-all')) return grant.scopes.includes('read') ? 'other-user' : 'scope'
  const user = await store.findUser(userName)
  if (user === null) return 'no-such-user'
  return { ...grant, account: { userId: user.id, userName: user.name } }
}
