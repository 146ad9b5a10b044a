import { describe, expect, test } from 'vitest'
import { decodeTokenRequest } from '../../../../src/wire/relay/token-request.ts'

describe('token request', () => {
  test('defaults to the scope read and to no expiry', () => {
    expect(decodeTokenRequest({ user: 'alice', name: 'laptop' })).toEqual({
      ok: true,
      value: { user: 'alice', name: 'laptop', scopes: ['read'], expiresAt: null },
    })
  })

  test('has each scope that is named, and no other', () => {
    for (const scopes of [['read-all'], ['read', 'alerts', 'admin'], ['read', 'read-all', 'alerts', 'admin']])
      expect(decodeTokenRequest({ user: 'alice', name: 'laptop', scopes })).toMatchObject({
        value: { scopes },
      })
  })

  test.each([
    [{ name: '' }, 'name is not 1 to 64 printable characters'],
    [{ name: 'a\x1b[2J' }, 'name is not 1 to 64 printable characters'],
    [{ scopes: [] }, 'scopes is out of range'],
    [{ scopes: ['write'] }, 'scopes[0] has an unknown value'],
    [{ expiresAt: 'soon' }, 'expiresAt is not an ISO 8601 time'],
  ])('rejects %o', (over, message) => {
    const request = { user: 'alice', name: 'laptop', ...over }
    expect(decodeTokenRequest(request)).toEqual({ ok: false, fault: { where: 'body', message } })
  })
})
