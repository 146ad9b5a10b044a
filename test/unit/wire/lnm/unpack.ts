import type { Decoded } from '../../../../src/wire/decoded.ts'
import type { Readable } from '../../../../src/wire/rows.ts'
import { faultLine } from '../../../../src/wire/validate.ts'

/** Returns the decoded value. A fault fails the test. */
export function decodedValue<T>(decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(faultLine(decoded.fault))
  return decoded.value
}

/** Returns the fault as one line. A value fails the test. */
export function faultOf(decoded: Decoded<unknown>): string {
  if (decoded.ok) throw new Error('no fault')
  return faultLine(decoded.fault)
}

/** Returns a copy without a member. */
export function without<T extends object>(value: T, key: keyof T): Partial<T> {
  const { [key]: _omitted, ...rest } = value
  return rest as Partial<T>
}

/** Returns the readable part of a reply. A fault of the whole reply fails the test. */
export function readableValue<T>(decoded: Decoded<Readable<T>>): T {
  return decodedValue(decoded).value
}
