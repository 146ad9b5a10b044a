/** What a sync flush ends with, and permessage-deflate leaves out (RFC 7692, 7.2.1). */
const TAIL_BYTES = 4

/** One message as permessage-deflate compresses it, without anything of messages before. */
export function deflateMessage(bytes: Uint8Array): Uint8Array {
  // Not imported: only a relay compresses, and every command would load it.
  const { constants, deflateRawSync } = process.getBuiltinModule('node:zlib')
  const whole = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
  return whole.subarray(0, whole.length - TAIL_BYTES)
}
