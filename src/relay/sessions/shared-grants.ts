import type { Grant } from '../auth/token-grant.ts'

/** The number of grants after which all are forgotten. */
const MAX_GRANTS = 1_000

function isEqual(a: Grant, b: Grant): boolean {
  return (
    a.digest === b.digest &&
    a.tokenId === b.tokenId &&
    a.userId === b.userId &&
    a.userName === b.userName &&
    a.account.userId === b.account.userId &&
    a.account.userName === b.account.userName &&
    a.expiresAt === b.expiresAt &&
    a.scopes.length === b.scopes.length &&
    a.scopes.every((scope, i) => scope === b.scopes[i])
  )
}

/** Lets the connections with one token and one account share a grant, which each has read from the database: half a KiB for each idle client. */
export class SharedGrants {
  readonly #known = new Map<string, Grant>()

  /** Returns a grant that equals the given one. */
  of(grant: Grant): Grant {
    const key = `${grant.digest} ${grant.account.userId}`
    const known = this.#known.get(key)
    if (known !== undefined && isEqual(known, grant)) return known
    if (this.#known.size >= MAX_GRANTS) this.#known.clear()
    this.#known.set(key, grant)
    return grant
  }
}
