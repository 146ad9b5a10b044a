import * as z from 'zod/mini'
import type { Decoded } from './decoded.ts'
import { lazy, parseJson, validate } from './validate.ts'

const WHERE = 'shared rate limit'

/** A request that may still count against the limits. */
export interface SentRequest {
  /** Unique among all processes. */
  readonly id: string
  readonly priority: 'high' | 'low'
  readonly sentAt: number
  /** The exchange has counted the request by then: the time of its reply, or an assumption that its sender extends. */
  countedBy: number
  /** Taken from the buckets. */
  isCounted: boolean
}

/** A token bucket of a policy that the exchange has reported. */
export interface ReportedBucket {
  readonly burst: number
  readonly perSecond: number
  tokens: number
}

/** The spacing of requests after a 429. */
interface Spacing {
  readonly spacingMs: number
  /** Pause before the next request after a further 429. */
  probeMs: number
  acceptedSince429: boolean
}

/** A process with requests that wait for a slot. */
interface WaitingProcess {
  readonly owner: string
  readonly count: number
  readonly since: number
  /** Ignored after this: the process may have been killed. */
  readonly until: number
}

/** What decides when the next request may be sent. Times are ms since 1970. Plain data, since processes share it in a file. */
export interface BudgetState {
  requests: SentRequest[]
  /** Empty if the exchange has reported no policy. */
  buckets: ReportedBucket[]
  /** The time at which the buckets held their tokens. */
  filledAt: number
  /** Null if requests need not be spaced. */
  spacing: Spacing | null
  /** Time of the last 429; null if there was none. */
  limitedAt: number | null
  /** Until when the exchange rejects requests; null if it accepts them. */
  limitedUntil: number | null
  pausedUntil: number
  waiting: WaitingProcess[]
}

/** The state before the first request. */
export function emptyBudget(): BudgetState {
  return {
    requests: [],
    buckets: [],
    filledAt: 0,
    spacing: null,
    limitedAt: null,
    limitedUntil: null,
    pausedUntil: 0,
    waiting: [],
  }
}

/** About the year 5138. A later time has no meaning, and could not be shown as a date. */
const MAX_MS = 100_000_000_000_000

const schema = lazy(() => {
  const count = z.number().check(z.minimum(0), z.maximum(MAX_MS))
  return z.object({
    requests: z.array(
      z.object({
        id: z.string(),
        priority: z.enum(['high', 'low']),
        sentAt: count,
        countedBy: count,
        isCounted: z.boolean(),
      }),
    ),
    buckets: z.array(
      z.object({
        burst: z.number().check(z.minimum(1)),
        perSecond: z.number().check(z.positive()),
        tokens: z.number(),
      }),
    ),
    filledAt: count,
    spacing: z.nullable(z.object({ spacingMs: count, probeMs: count, acceptedSince429: z.boolean() })),
    limitedAt: z.nullable(count),
    limitedUntil: z.nullable(count),
    pausedUntil: count,
    waiting: z.array(z.object({ owner: z.string(), count, since: count, until: count })),
  })
})

/** Encodes the file that processes share, as one line. It contains no key and nothing derived from one. */
export function encodeBudget(state: BudgetState): string {
  return JSON.stringify(state)
}

/** Decodes the file that processes share. The fault names the field. */
export function decodeBudget(text: string): Decoded<BudgetState> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  return validate(schema(), parsed.value, WHERE)
}
