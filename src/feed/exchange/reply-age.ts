import { decodeReplyAge } from '../../wire/lnm/cache-headers.ts'
import type { TimedReply } from './request-limiters.ts'

/** `Date` has whole seconds. */
const DATE_STEP_MS = 1_000

/** A `Date` may be behind the exchange's clock by this: the front server has a clock of its own. */
const MAX_DATE_ERROR_MS = 5_000

/** The same while the exchange's clock is not measured: our clock may be wrong by this, and a fresh reply must not look old. */
const MAX_UNMEASURED_ERROR_MS = 60_000

/**
 * Returns when a reply was made, our clock, in ms since 1970: its arrival, or earlier for a stored reply (RFC 9111, 4.2.3). `offsetMs`
 * is the exchange's clock minus ours; null if not measured.
 */
function replyMadeAt({ reply, sentAt, receivedAt }: TimedReply, offsetMs: number | null): number {
  const { ageMs, dateMs } = decodeReplyAge(reply.headers)
  const byAge = (ageMs ?? 0) > 0 ? sentAt - (ageMs ?? 0) : receivedAt
  const byDate = dateMs === null ? receivedAt : dateMs - (offsetMs ?? 0)
  const maxErrorMs = DATE_STEP_MS + (offsetMs === null ? MAX_UNMEASURED_ERROR_MS : MAX_DATE_ERROR_MS)
  return Math.max(0, Math.min(byAge, receivedAt - byDate > maxErrorMs ? byDate : receivedAt))
}

/** Returns true if the reply of the exchange's clock comes from a cache: it must not set a clock. */
export function isStoredTime(headers: Readonly<Record<string, string>>, serverMs: number): boolean {
  const { isStored, dateMs } = decodeReplyAge(headers)
  return isStored || (dateMs !== null && dateMs - serverMs > MAX_DATE_ERROR_MS)
}

/** Number of stored replies that are remembered; a page of a listing is one. */
const MAX_REMEMBERED = 50

/**
 * Remembers replies that a cache had stored and that do not give their age. The same reply again was made no later than before.
 * The first one counts from its arrival, since nothing else is known.
 */
export class StoredReplies {
  readonly #known = new Map<string, { readonly body: string; readonly madeAt: number }>()

  /** Returns when a reply to `target` was made, as far as its headers and earlier replies show. `offsetMs` as above. */
  madeAt(target: string, sent: TimedReply, offsetMs: number | null): number {
    const { body, headers } = sent.reply
    const madeAt = replyMadeAt(sent, offsetMs)
    const known = this.#known.get(target)
    this.#known.delete(target)
    if (!decodeReplyAge(headers).isStored || madeAt < sent.receivedAt) return madeAt
    const firstAt = known?.body === body ? Math.min(known.madeAt, madeAt) : madeAt
    this.#known.set(target, { body, madeAt: firstAt })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_REMEMBERED) break
      this.#known.delete(oldest)
    }
    return firstAt
  }
}
