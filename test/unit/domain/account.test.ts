import { describe, expect, it } from 'vitest'
import {
  canWrite,
  hasSamePermissions,
  isReadOnly,
  keyChangeText,
  keyMayWrite,
  lacksPermission,
  listsPermission,
  READ_PERMISSIONS,
} from '../../../src/domain/account.ts'

describe('permissions of a key', () => {
  it.each([...READ_PERMISSIONS, 'account:notifications:read', 'futures:perp:read', '*:read', 'a:READ:read'])(
    'count %s as read-only',
    name => {
      expect(isReadOnly(name)).toBe(true)
    },
  )

  it.each([
    'account:write',
    'futures:isolated:trade',
    'futures:isolated:write',
    'futures:*',
    '*',
    'admin',
    'read',
    ':read',
    'account:READ',
    'account:read ',
    'account:read\n',
    'futures:write,account:read',
    'futures:write account:read',
    'account:readwrite',
    'account:read:write',
    '',
    'аccount:read',
  ])('count %j as more than reading', name => {
    expect(isReadOnly(name)).toBe(false)
    expect(canWrite({ permissions: [...READ_PERMISSIONS, name] })).toBe(true)
  })

  it('allow writing if the list is unreadable, and not if it is empty', () => {
    expect(canWrite({ permissions: null })).toBe(true)
    expect(canWrite({ permissions: [] })).toBe(false)
    expect(canWrite({ permissions: READ_PERMISSIONS })).toBe(false)
  })

  it('are lacking only in a readable list', () => {
    const key = { permissions: ['account:read'] }
    expect([lacksPermission(key, 'account:read'), listsPermission(key, 'account:read')]).toEqual([
      false,
      true,
    ])
    expect(lacksPermission(key, 'synthetic-usd:read')).toBe(true)
    for (const unknown of [null, { permissions: null }])
      expect([lacksPermission(unknown, 'account:read'), listsPermission(unknown, 'account:read')]).toEqual([
        false,
        false,
      ])
  })

  it('are the same in any order', () => {
    expect(hasSamePermissions({ permissions: ['a', 'b'] }, { permissions: ['b', 'a'] })).toBe(true)
    expect(hasSamePermissions({ permissions: ['a'] }, { permissions: ['a', 'b'] })).toBe(false)
    expect(hasSamePermissions({ permissions: null }, { permissions: [] })).toBe(false)
    expect(hasSamePermissions({ permissions: null }, { permissions: null })).toBe(true)
  })
})

describe('the refusal of a key', () => {
  it('names at most three of its permissions, without what could change a terminal', () => {
    const permissions = ['account:read', 'a\u001b[31m:write', 'b', 'c', 'd', '']
    expect(keyMayWrite({ permissions }).message).toBe(
      'the API key is not read-only: it may do more than read: a?[31m:write, b, c and 2 more',
    )
    expect(keyMayWrite({ permissions: [''] }).message).toMatch(/: an empty name$/)
  })

  it('names an unreadable list', () => {
    expect(keyMayWrite({ permissions: null }).message).toBe(
      'the API key is not read-only: its list of permissions is unreadable, so it may do more than read',
    )
  })
})

it('describes changed permissions', () => {
  expect(keyChangeText({ permissions: ['account:read', 'x:write'] })).toBe(
    'the key may now do more than read: x:write',
  )
  expect(keyChangeText({ permissions: null })).toMatch(/unreadable: it may do more than read$/)
  expect(keyChangeText({ permissions: ['account:read'] })).toMatch(/have changed, it can read: account:read$/)
  expect(keyChangeText({ permissions: [] })).toMatch(/it can read: nothing$/)
})
