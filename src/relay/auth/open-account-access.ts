import type { RelayStore } from '../../ports/relay-store.ts'
import type { ReadableUser } from '../../wire/relay/users-document.ts'
import type { RelayDeps, RelayLog } from '../context.ts'
import { type AccessRefusal, accountGrant, canRead } from './account-access.ts'
import { wrapDatabaseErrors } from './database-errors.ts'
import { OtherReads } from './other-reads.ts'
import { type Grant, grantOf } from './token-grant.ts'

/** Which accounts tokens read. Every method throws AxisorError unavailable if the database cannot be read. */
export interface AccountAccess {
  /** Returns what a token permits, or null if it is not valid. */
  authenticate(token: string): Promise<Grant | null>
  /**
   * Returns what a token permits for the account of a user, null if the token is not valid, or why it does not read the account. Without
   * a name the account is that of the token's own user.
   */
  admit(token: string, userName: string | null): Promise<Grant | AccessRefusal | null>
  /** As `admit`, for a grant that is known. */
  accountGrant(grant: Grant, userName: string | null): Promise<Grant | AccessRefusal>
  /** Returns the users whose accounts a grant reads, sorted by name. */
  readableUsers(grant: Grant): Promise<readonly ReadableUser[]>
}

/** Repeats a look-up whose result may be outdated. */
type Repeat = <Found extends Grant | string | null>(lookUp: () => Promise<Found>) => Promise<Found>

/** Where tokens and users are, and whether an account is read with the exchange key of its user. */
interface AccessDeps extends RelayDeps {
  readonly store: RelayStore
  readonly log: RelayLog
  readonly needsKeys: boolean
}

/** Returns what looks up tokens and the accounts that they read, and logs which accounts of other users those are. */
export function openAccountAccess(deps: AccessDeps, repeat: Repeat): AccountAccess {
  const { store, needsKeys } = deps
  const otherReads = new OtherReads(deps.clock, deps.log)
  const find = (token: string) => wrapDatabaseErrors(grantOf(token, store, deps))

  async function select(grant: Grant, userName: string | null): Promise<Grant | AccessRefusal> {
    const selected = await wrapDatabaseErrors(accountGrant(grant, userName, store))
    if (typeof selected !== 'string') otherReads.record(selected)
    return selected
  }

  return {
    authenticate: token => repeat(() => find(token)),
    admit: (token, userName) =>
      repeat(async () => {
        const grant = await find(token)
        return grant === null ? null : select(grant, userName)
      }),
    accountGrant: select,
    async readableUsers(grant) {
      if (!canRead(grant)) return []
      if (!grant.scopes.includes('read-all')) {
        const hasAccount = !needsKeys || (await wrapDatabaseErrors(store.account(grant.userId))) !== null
        return [{ name: grant.userName, hasAccount }]
      }
      const [users, accounts] = await wrapDatabaseErrors(
        Promise.all([store.users(), needsKeys ? store.accounts() : []]),
      )
      const withKey = new Set(accounts.map(({ userId }) => userId))
      return users.map(({ id, name }) => ({ name, hasAccount: !needsKeys || withKey.has(id) }))
    },
  }
}
