import { ForgettingMap } from '../../domain/forgetting-map.ts'
import { TokenBucket } from '../../domain/token-bucket.ts'

/** A limit of one kind of requests. Rejected requests do not count. */
export interface RequestLimit {
  /** Requests at once, a whole number. */
  readonly burst: number
  readonly perSecond: number
  /** A request sooner than this after the one before is rejected; 0: none. */
  readonly spacingMs: number
  /** The value of `Retry-After` in seconds; null: when the next request is accepted. */
  readonly retryAfterSeconds: number | null
  /** Rejections have a `Retry-After`. */
  readonly hasRetryAfter: boolean
  /** Replies report the limit in `RateLimit-Policy` and `RateLimit`. */
  readonly isReported: boolean
}

/** Signed requests are limited per key, unsigned ones per address of the client. */
export interface RestLimits {
  readonly signed: RequestLimit
  readonly public: RequestLimit
}

function plainLimit(perSecond: number): RequestLimit {
  return {
    burst: perSecond,
    perSecond,
    spacingMs: 0,
    retryAfterSeconds: null,
    hasRetryAfter: true,
    isReported: false,
  }
}

/** The limits unless the `limit` knob changes them. */
export const DEFAULT_REQUEST_LIMITS: RestLimits = { signed: plainLimit(5), public: plainLimit(1) }

/** Whether a request is accepted, and the headers of its reply. */
export interface Admission {
  readonly isAccepted: boolean
  readonly headers: Readonly<Record<string, string>>
}

interface Client {
  readonly limit: RequestLimit
  readonly bucket: TokenBucket
  acceptedAt: number
}

/** Quota and window of a limit in whole numbers, as the header needs them; never more than the limit. */
function policyHeader({ burst, perSecond }: RequestLimit): string {
  const windowSeconds = Math.max(1, Math.ceil(1 / perSecond))
  return `"default";q=${Math.max(1, Math.floor(perSecond * windowSeconds))};w=${windowSeconds};burst=${burst}`
}

/** Counts the requests of all clients. */
export class RequestCounter {
  readonly #clients = new ForgettingMap<Client>(
    ({ limit, bucket, acceptedAt }, now) => bucket.isFull(now) && now >= acceptedAt + limit.spacingMs,
  )

  /** Counts a request of a client at `now`, ms of the real clock. A client whose limit was changed begins with a full bucket. */
  admit(client: string, limit: RequestLimit, now: number): Admission {
    const known = this.#clients.get(client)
    const entry =
      known?.limit === limit
        ? known
        : { limit, bucket: new TokenBucket(limit), acceptedAt: Number.NEGATIVE_INFINITY }
    if (entry !== known) this.#clients.set(client, entry, now)
    const isAccepted = now >= entry.acceptedAt + limit.spacingMs && entry.bucket.take(now)
    if (isAccepted) entry.acceptedAt = now
    const waitMs = Math.max(entry.bucket.waitMs(now), entry.acceptedAt + limit.spacingMs - now)
    const waitSeconds = Math.ceil(waitMs / 1_000)
    const retryAfter = limit.retryAfterSeconds ?? Math.max(1, waitSeconds)
    const remaining = waitMs > 0 ? 0 : entry.bucket.remaining()
    return {
      isAccepted,
      headers: {
        ...(isAccepted || !limit.hasRetryAfter ? {} : { 'retry-after': String(retryAfter) }),
        ...(limit.isReported
          ? {
              'ratelimit-policy': policyHeader(limit),
              ratelimit: `"default";r=${remaining};t=${waitSeconds}`,
            }
          : {}),
      },
    }
  }
}
