import { describe, expect, test } from 'vitest'
import type { TokenScope } from '../../../../src/ports/relay-store.ts'
import { accountGrant, canRead, mayAcknowledge } from '../../../../src/relay/auth/account-access.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import type { Grant } from '../../../../src/relay/auth/token-grant.ts'

const NAMES = ['ann', 'bob', 'cleo'] as const
const SCOPES: readonly TokenScope[] = ['read', 'read-all', 'alerts', 'admin']

/** All sets of scopes, the empty one too. */
const SETS = Array.from({ length: 2 ** SCOPES.length }, (_, bits) =>
  SCOPES.filter((_scope, bit) => bits & (1 << bit)),
)

function grantOf(name: string, scopes: readonly TokenScope[]): Grant {
  const user = { userId: `id-${name}`, userName: name }
  return { digest: 'd', tokenId: `token of ${name}`, ...user, account: user, scopes, expiresAt: null }
}

async function openUsers() {
  const store = openMemoryRelayStore()
  for (const name of NAMES) await store.addUser({ id: `id-${name}`, name, createdAt: 0 })
  let lookUps = 0
  return {
    lookUps: () => lookUps,
    store: {
      async findUser(name: string) {
        lookUps += 1
        return store.findUser(name)
      },
    },
  }
}

const CASES = SETS.flatMap(scopes =>
  NAMES.flatMap(owner => [null, ...NAMES, 'dora', ''].map(named => [scopes, owner, named] as const)),
)

test.each(CASES)('a token with %j of %s reads %s only by its right', async (scopes, owner, named) => {
  const { store, lookUps } = await openUsers()
  const found = await accountGrant(grantOf(owner, scopes), named, store)
  const isOwn = named === null || named === owner
  const exists = NAMES.some(name => name === (named ?? owner))
  if (typeof found === 'string') {
    const readsOwn = scopes.includes('read') || scopes.includes('read-all')
    expect(readsOwn && isOwn).toBe(false)
    expect(scopes.includes('read-all') && exists).toBe(false)
  } else {
    expect(found.account).toEqual({ userId: `id-${named ?? owner}`, userName: named ?? owner })
    expect(isOwn ? scopes.some(scope => scope.startsWith('read')) : scopes.includes('read-all')).toBe(true)
    expect(canRead(found)).toBe(true)
    // Limits count for the token and its user, whichever account is read.
    expect([found.userId, found.tokenId]).toEqual([`id-${owner}`, `token of ${owner}`])
    expect(mayAcknowledge(found)).toBe(isOwn && scopes.includes('read'))
  }
  if (!scopes.includes('read-all')) expect(lookUps()).toBe(0)
})

describe('a token without read-all', () => {
  test.each(SETS.filter(scopes => !scopes.includes('read-all')))(
    'is refused the same for a user who exists and one who does not: %#',
    async (...scopes) => {
      const { store } = await openUsers()
      const grant = grantOf('ann', scopes)
      expect(await accountGrant(grant, 'bob', store)).toBe(await accountGrant(grant, 'dora', store))
    },
  )
})

test('a grant of another account is not readable with the scope read', () => {
  const grant = { ...grantOf('ann', ['read']), account: { userId: 'id-bob', userName: 'bob' } }
  expect([canRead(grant), mayAcknowledge(grant)]).toEqual([false, false])
})
