import type { Env } from '../ports/env.ts'

/** Removes the secrets that the program has got to know from texts that are not data: messages, traces, crash screens. */
export interface Redactor {
  /** From now on this text is removed, in whatever spelling it may get into a message. */
  add(secret: string): void
  redact(text: string): string
}

const HIDDEN = '•••'

/** Something shorter would be found in every message by chance, and guessed as easily. */
const SHORTEST = 4

/** The ways in which a library or a protocol may have written a text. */
function spellingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8')
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

/** Variables that hold a secret themselves. */
const SECRET_VARIABLE = /^AXISOR_.*(SECRET|PASSPHRASE|TOKEN|PASSWORD|MASTER_KEY)$/

/** A redactor that knows the secrets of the environment from the beginning. */
export function openRedactor(env: Env): Redactor {
  let spellings: readonly string[] = []

  function learn(secret: string): void {
    if (secret.length < SHORTEST) return
    // The longest first: one that holds another must not be taken apart.
    spellings = [...new Set([...spellings, ...spellingsOf(secret)])].sort((a, b) => b.length - a.length)
  }

  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && SECRET_VARIABLE.test(name)) learn(value)
  }
  return {
    add: learn,
    redact: text => spellings.reduce((rest, spelling) => rest.replaceAll(spelling, HIDDEN), text),
  }
}
