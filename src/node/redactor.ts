import type { Env } from '../ports/env.ts'

/** Masks known secrets in diagnostic text: messages, stack traces, crash screens. */
export interface Redactor {
  /** Masks this secret from now on, in every encoding in which a message may contain it. */
  add(secret: string): void
  redact(text: string): string
}

const MASK = '•••'

/** Shorter secrets are not masked: they would match ordinary text, and are as easily guessed. */
const MIN_LENGTH = 4

/** The encodings in which a library or protocol may print a secret. */
function encodingsOf(secret: string): readonly string[] {
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

/** Environment variables whose value is a secret. */
const SECRET_VARIABLE = /^AXISOR_.*(SECRET|PASSPHRASE|TOKEN|PASSWORD|MASTER_KEY)$/

/** Environment variables with the address of a proxy, which may contain a password. */
const PROXY_VARIABLE = /^(AXISOR|HTTPS?|ALL)_PROXY$/i

/** Returns the password in an address, as it is written and decoded; nothing if there is none. */
function passwordsIn(address: string): readonly string[] {
  const [, password = ''] = /^(?:[^/@]*:\/\/)?[^:/]*:(.*)@/s.exec(address) ?? []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** Returns a redactor that masks the secrets of the environment. Its time does not depend on the number of secrets: a relay has thousands. */
export function openRedactor(env: Env): Redactor {
  /** The encodings by their first characters. */
  const encodings = new Map<string, Set<string>>()

  function add(secret: string): void {
    if (secret.length < MIN_LENGTH) return
    for (const encoding of encodingsOf(secret)) {
      const start = encoding.slice(0, MIN_LENGTH)
      const known = encodings.get(start)
      if (known === undefined) encodings.set(start, new Set([encoding]))
      else known.add(encoding)
    }
  }

  /** Returns the length of the longest secret at a position of a text; 0 if there is none. */
  function lengthAt(text: string, at: number): number {
    let longest = 0
    for (const encoding of encodings.get(text.slice(at, at + MIN_LENGTH)) ?? [])
      if (encoding.length > longest && text.startsWith(encoding, at)) longest = encoding.length
    return longest
  }

  /** Masks secrets that overlap as one. */
  function redact(text: string): string {
    if (encodings.size === 0) return text
    let masked = ''
    let end = 0
    for (let at = 0; at < text.length; at += 1) {
      const length = lengthAt(text, at)
      if (length === 0) {
        if (at >= end) masked += text.charAt(at)
        continue
      }
      if (at >= end) masked += MASK
      end = Math.max(end, at + length)
    }
    return masked
  }

  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    if (SECRET_VARIABLE.test(name)) add(value)
    if (PROXY_VARIABLE.test(name)) for (const password of passwordsIn(value)) add(password)
  }
  return { add, redact }
}
