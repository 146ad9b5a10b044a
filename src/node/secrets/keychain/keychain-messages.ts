/** Request to the child: one line of JSON on its stdin. */
export type KeychainRequest =
  | { readonly op: 'get'; readonly service: string; readonly account: string }
  | { readonly op: 'delete'; readonly service: string; readonly account: string }
  | { readonly op: 'set'; readonly service: string; readonly account: string; readonly record: string }

/**
 * Reply of the child: one line of JSON on descriptor 3. `value` is the record for `get` (null if there is none), whether `delete`
 * removed a record, or the record read back after `set`.
 */
export type KeychainReply =
  | { readonly kind: 'done'; readonly value: string | boolean | null }
  /** The native library cannot be loaded. */
  | { readonly kind: 'no-library'; readonly reason: string }
  /** The keychain reported an error. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Descriptor of the reply; stdout is left to the output of the native library. */
export const REPLY_DESCRIPTOR = 3
