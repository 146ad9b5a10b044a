/** What the child is asked to do; one line of JSON on its stdin. */
export type KeychainRequest =
  | { readonly op: 'get'; readonly service: string; readonly account: string }
  | { readonly op: 'delete'; readonly service: string; readonly account: string }
  | { readonly op: 'set'; readonly service: string; readonly account: string; readonly record: string }

/**
 * What it answers; one line of JSON on descriptor 3. `value` is the record of `get` (null: there is none), whether `delete` found
 * something, and for `set` the record that is read afterwards.
 */
export type KeychainReply =
  | { readonly kind: 'done'; readonly value: string | boolean | null }
  /** The native library can't be loaded. */
  | { readonly kind: 'no-library'; readonly because: string }
  /** The keychain said no. */
  | { readonly kind: 'failed'; readonly because: string }

/** The descriptor of the answer: stdout belongs to whatever the native library may print. */
export const REPLY_DESCRIPTOR = 3
