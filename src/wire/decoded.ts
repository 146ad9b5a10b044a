import type { Fault } from '../domain/error.ts'

/** What comes of reading foreign bytes: our value, or the one thing that was wrong with them. Decoders never throw. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault }

/** A value that was read. */
export function read<T>(value: T): Decoded<T> {
  return { ok: true, value }
}

/** Something that could not be read; `message` names the field and must not quote the foreign text. */
export function unread(where: string, message: string): Decoded<never> {
  return { ok: false, fault: { where, message } }
}
