/** Describes valid names of a relay's users: they need no quotes in a shell and no escapes in a URL, and contain no look-alike characters. */
export const RELAY_USER_NAME =
  '1 to 64 lower-case letters, digits and . _ @ -, and starts with a letter or digit'

/** Returns true for a valid name of a relay's user. */
export function isRelayUserName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._@-]{0,63}$/.test(text)
}
