import { expect, it } from 'vitest'
import type { Grant } from '../../../../src/relay/auth/token-grant.ts'
import { SharedGrants } from '../../../../src/relay/sessions/shared-grants.ts'

const grant = (over: Partial<Grant> = {}): Grant => ({
  digest: 'd',
  tokenId: 't',
  userId: 'u',
  userName: 'alice',
  account: { userId: 'u', userName: 'alice' },
  scopes: ['read'],
  expiresAt: null,
  ...over,
})

it('shares equal grants', () => {
  const grants = new SharedGrants()
  const first = grant()
  expect(grants.of(first)).toBe(first)
  expect(grants.of(grant())).toBe(first)
})

it.each<[string, Partial<Grant>]>([
  ['digest', { digest: 'e' }],
  ['token', { tokenId: 't2' }],
  ['user', { userId: 'u2' }],
  ['name', { userName: 'bob' }],
  ['account', { account: { userId: 'u2', userName: 'bob' } }],
  ['expiry', { expiresAt: 1 }],
  ['number of scopes', { scopes: ['read', 'admin'] }],
  ['scope', { scopes: ['admin'] }],
])('returns a grant with another %s as it is', (_, over) => {
  const grants = new SharedGrants()
  grants.of(grant())
  const other = grant(over)
  expect(grants.of(other)).toBe(other)
})

it('forgets grants of earlier tokens', () => {
  const grants = new SharedGrants()
  const first = grant()
  grants.of(first)
  for (let n = 0; n < 1_000; n += 1) grants.of(grant({ digest: `other ${n}` }))
  expect(grants.of(grant())).not.toBe(first)
})
