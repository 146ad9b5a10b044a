/** Far more than any key, secret, passphrase or token has: a whole file pasted by mistake is no credential. */
const MAX_CREDENTIAL_CHARACTERS = 512

const NOT_ASCII = /\P{ASCII}/u

/** What an HTTP header can carry without change: printable ASCII, no space at either end. */
const CARRIABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** What keeps a text from being a key, a secret, a passphrase or a token, to be said after its name; null for nothing. */
export function invalidReason(text: string): string | null {
  if (text === '') return 'is empty'
  if (text.length > MAX_CREDENTIAL_CHARACTERS) return `is longer than ${MAX_CREDENTIAL_CHARACTERS} characters`
  if (NOT_ASCII.test(text)) return 'holds a character that is not ASCII'
  return CARRIABLE.test(text) ? null : 'holds a line break, an outer space or a control character'
}
