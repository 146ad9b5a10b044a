import type { HttpReply } from '../../ports/net.ts'
import type { Decoded } from '../../wire/decoded.ts'

/** Decodes the body of a reply, given parsed and as received. */
export type DecodeBody<T> = (body: unknown, text: string) => Decoded<T>

/** By reply and decoder. */
const values = new WeakMap<HttpReply, Map<DecodeBody<unknown>, unknown>>()

/**
 * Returns what `decode` makes of a reply. Accounts of a relay share the replies to public requests; each reply is decoded once.
 * @throws whatever `run` throws, which decodes it; then it is decoded again next time
 */
export function decodedOnce<T>(reply: HttpReply, decode: DecodeBody<T>, run: () => T): T {
  let known = values.get(reply)
  if (known === undefined) {
    known = new Map()
    values.set(reply, known)
  }
  if (!known.has(decode)) known.set(decode, run())
  return known.get(decode) as T
}

/** Longer bodies are not kept. */
const MAX_LENGTH = 16_384

/**
 * Returns a function that returns what `decode` made of the reply before if the texts of the bodies are equal, and calls `run` otherwise,
 * as `decodedOnce`. For one client: most parts of an account are the same as ten seconds before.
 */
export function decodedAgain(): typeof decodedOnce {
  const last = new WeakMap<DecodeBody<unknown>, { readonly body: string; readonly value: unknown }>()
  return <T>({ body }: HttpReply, decode: DecodeBody<T>, run: () => T): T => {
    const known = last.get(decode)
    if (known?.body === body) return known.value as T
    const value = run()
    if (body.length <= MAX_LENGTH) last.set(decode, { body, value })
    return value
  }
}
