import { AxisorError } from './error.ts'
import type { Sats } from './units.ts'

/** The user's account. */
export interface Account {
  readonly username: string
  /** Free balance: without the margin of trades and without the cross margin account. */
  readonly balanceSats: Sats
  /** In the exchange's own unit, dollars or cents: see `syntheticUsdUnit`. */
  readonly syntheticUsdBalance: number
  /** Which unit the balance above is in, worked out from past swaps; null while that is not known. */
  readonly syntheticUsdUnit: 'dollars' | 'cents' | null
  /** 0..3, for fees of 0.10, 0.08, 0.07 and 0.06 %. */
  readonly feeTier: number
}

/** What the API key may do; null: the exchange has not said. */
export interface KeyPermissions {
  readonly permissions: readonly string[]
}

/** True when any of the key's permissions lets it write. */
export function canWrite(permissions: KeyPermissions): boolean {
  return permissions.permissions.some(permission => permission.endsWith(':write'))
}

/** The parts of the exchange that a key may or may not read, and that axisor shows. */
export const READ_PERMISSIONS = [
  'account:read',
  'futures:isolated:read',
  'futures:cross:read',
  'account:deposits:read',
  'account:withdrawals:read',
  'synthetic-usd:read',
] as const

export type ReadPermission = (typeof READ_PERMISSIONS)[number]

/** The refusal of a key that may write, where that has not been allowed. */
export function keyMayWrite(): AxisorError {
  return new AxisorError('key-may-write', 'the API key may do more than read', {
    hint: 'Make a read-only key, or allow this one with --allow-write-key.',
  })
}
