import { PERMISSIONS_UNCHECKED } from '../domain/account.ts'

/** Returns the remark about a key that may do more than read, or whose permissions are not known; none for a read-only key. */
export function keyRemarks(canWrite: boolean | null): readonly string[] {
  if (canWrite === null) return [PERMISSIONS_UNCHECKED]
  return canWrite ? ['!! WRITE KEY: this key may do more than read'] : []
}
