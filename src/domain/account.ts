import { AxisorError } from './error.ts'
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

/** Permissions of an API key. */
export interface KeyPermissions {
  readonly permissions: readonly string[]
}

/** Returns true if any permission of the key allows writing. */
export function canWrite(permissions: KeyPermissions): boolean {
  return permissions.permissions.some(permission => permission.endsWith(':write'))
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

/** The error for a key with write permissions where only read-only keys are accepted. */
export function keyMayWrite(): AxisorError {
  return new AxisorError('key-may-write', 'the API key is not read-only', {
    hint: 'Create a read-only key, or allow this one with --allow-write-key.',
  })
}
