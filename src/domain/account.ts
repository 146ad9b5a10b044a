import { AxisorError } from './error.ts'
import { sanitize } from './sanitize.ts'
import type { Sats } from './units.ts'

/** The user's account. */
export interface Account {
  /** Null if unknown. */
  readonly username: string | null
  /** Free balance: without the margin of trades and without the cross margin account. */
  readonly balanceSats: Sats
  /** In the exchange's unit, dollars or cents: see `syntheticUsdUnit`. Null if unknown. */
  readonly syntheticUsdBalance: number | null
  /** Unit of `syntheticUsdBalance`, derived from past swaps, or null if unknown. */
  readonly syntheticUsdUnit: 'dollars' | 'cents' | null
  /** 0 to 3, for fees of 0.10, 0.08, 0.07 and 0.06 %; null if unknown. */
  readonly feeTier: number | null
}

/**
 * What the exchange has reported about the permissions of an API key. Where no list was received, the whole value is null: then it is
 * unknown whether the key may do more than read.
 */
export interface KeyPermissions {
  /** Null if a list was received and can't be read. */
  readonly permissions: readonly string[] | null
}

/** The text that is shown while no list of permissions was received. */
export const PERMISSIONS_UNCHECKED = 'permissions could not be checked'

/** A name that ends in `:read`. A separator, such as a comma, could hide a second name. */
const READ_ONLY = /^[\w.*:-]+:read$/

/** Returns true if a permission is for reading only. Any other name, such as an unknown word or a wildcard, may allow more. */
export function isReadOnly(permission: string): boolean {
  return READ_ONLY.test(permission)
}

/** Returns true if the key may do more than read. A list that can't be read counts as such. */
export function canWrite({ permissions }: KeyPermissions): boolean {
  return permissions === null || !permissions.every(isReadOnly)
}

/** Returns true if the list contains the permission. The list is only a hint: the reply of the exchange decides. */
export function listsPermission(key: KeyPermissions | null, permission: ReadPermission): boolean {
  return key?.permissions?.includes(permission) === true
}

/** Returns true if the list is readable and lacks the permission. The list is only a hint: the reply of the exchange decides. */
export function lacksPermission(key: KeyPermissions | null, permission: ReadPermission): boolean {
  return key !== null && key.permissions !== null && !key.permissions.includes(permission)
}

/** Returns true if both keys have the same permissions, in any order. */
export function hasSamePermissions(a: KeyPermissions, b: KeyPermissions): boolean {
  const sorted = ({ permissions }: KeyPermissions): string => JSON.stringify(permissions?.toSorted() ?? null)
  return sorted(a) === sorted(b)
}

/** The read permissions that axisor uses. */
export const READ_PERMISSIONS = [
  'account:read',
  'futures:isolated:read',
  'futures:cross:read',
  'account:deposits:read',
  'account:withdrawals:read',
  'synthetic-usd:read',
] as const

export type ReadPermission = (typeof READ_PERMISSIONS)[number]

const MAX_NAMED = 3
const MAX_NAME_LENGTH = 60

/** Returns the permissions that are not read-only, ready to print: `futures:isolated:write, futures:cross:write and 4 more`. */
function writePermissionsText(permissions: readonly string[]): string {
  const names = permissions.filter(each => !isReadOnly(each))
  const named = names
    .slice(0, MAX_NAMED)
    .map(each => sanitize(each, { asciiOnly: true, maxLength: MAX_NAME_LENGTH }) || 'an empty name')
  const more = names.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Returns a sentence about permissions that have changed while the key is used. */
export function keyChangeText(key: KeyPermissions): string {
  const { permissions } = key
  if (permissions === null) return "the key's permissions are now unreadable: it may do more than read"
  if (canWrite(key)) return `the key may now do more than read: ${writePermissionsText(permissions)}`
  const names = sanitize(permissions.join(', '), { asciiOnly: true, maxLength: 200 })
  return `the key's permissions have changed, it can read: ${names || 'nothing'}`
}

/** The error for a key that may do more than read where only read-only keys are accepted. */
export function keyMayWrite(
  { permissions }: KeyPermissions,
  hint = permissions === null
    ? 'The exchange may have changed its format: update axisor, or allow the key with --allow-write-key.'
    : 'Create a read-only key, or allow this one with --allow-write-key.',
): AxisorError {
  const why =
    permissions === null
      ? 'its list of permissions is unreadable, so it may do more than read'
      : `it may do more than read: ${writePermissionsText(permissions)}`
  return new AxisorError('key-may-write', `the API key is not read-only: ${why}`, { hint })
}
