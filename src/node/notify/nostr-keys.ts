import { decode } from 'nostr-tools/nip19'

const HEX_KEY = /^[0-9a-f]{64}$/i

function decoded(text: string): ReturnType<typeof decode> | null {
  try {
    return decode(text)
  } catch {
    return null
  }
}

/** Returns the 32 bytes of a secret key in hexadecimal digits or as `nsec1…`; null for any other text. */
export function secretKeyOf(text: string): Uint8Array | null {
  if (HEX_KEY.test(text)) return Uint8Array.from(Buffer.from(text, 'hex'))
  const found = decoded(text)
  return found?.type === 'nsec' ? found.data : null
}

/** Returns a public key in lower-case hexadecimal digits, given as such or as `npub1…`; null for any other text. */
export function publicKeyOf(text: string): string | null {
  if (HEX_KEY.test(text)) return text.toLowerCase()
  const found = decoded(text)
  return found?.type === 'npub' ? found.data : null
}
