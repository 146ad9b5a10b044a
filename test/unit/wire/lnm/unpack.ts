import type { Decoded } from '../../../../src/wire/decoded.ts'
import { faultLine } from '../../../../src/wire/lnm/validate.ts'

/** What was read; a fault fails the test. */
export function readWell<T>(decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(faultLine(decoded.fault))
  return decoded.value
}

/** The fault in one line; a value fails the test. */
export function faultOf(decoded: Decoded<unknown>): string {
  if (decoded.ok) throw new Error('no fault')
  return faultLine(decoded.fault)
}

/** A copy that lacks a member. */
export function without<T extends object>(value: T, key: keyof T): Partial<T> {
  const { [key]: _left, ...rest } = value
  return rest as Partial<T>
}
