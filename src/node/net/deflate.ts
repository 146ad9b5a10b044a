/** Trailing bytes of a sync flush, which permessage-deflate omits (RFC 7692, 7.2.1). */
const TAIL_BYTES = 4

/** Compresses one message for permessage-deflate, without context takeover. */
export function deflateMessage(bytes: Uint8Array): Uint8Array {
  // Not imported: only a relay compresses, but every command would load the module.
  const { constants, deflateRawSync } = process.getBuiltinModule('node:zlib')
  const whole = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
  return whole.subarray(0, whole.length - TAIL_BYTES)
}
