/** Far longer than any real credential: rejects a whole file pasted by mistake. */
const MAX_CREDENTIAL_CHARACTERS = 512

const NOT_ASCII = /\P{ASCII}/u

/** Characters that an HTTP header transports unchanged: printable ASCII, no space at either end. */
const HEADER_SAFE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** Returns why a text cannot be a key, secret, passphrase or token, worded to follow its name; null if it is valid. */
export function invalidReason(text: string): string | null {
  if (text === '') return 'is empty'
  if (text.length > MAX_CREDENTIAL_CHARACTERS) return `is longer than ${MAX_CREDENTIAL_CHARACTERS} characters`
  if (NOT_ASCII.test(text)) return 'contains a character that is not ASCII'
  return HEADER_SAFE.test(text)
    ? null
    : 'contains a line break, a control character, or a space at either end'
}
