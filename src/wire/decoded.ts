import type { Fault } from '../domain/error.ts'

/** The result of a decoder: the value, or the first fault of the input. Decoders never throw. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault }

/** Returns a successful result. */
export function decoded<T>(value: T): Decoded<T> {
  return { ok: true, value }
}

/** Returns a fault. `message` names the field and must not contain input text. */
export function invalid(where: string, message: string): Decoded<never> {
  return { ok: false, fault: { where, message } }
}
