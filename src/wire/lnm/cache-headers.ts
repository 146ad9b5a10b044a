import { parseHttpDate } from '../../domain/http-date.ts'

/** The age of a reply according to its headers. */
export interface ReplyAge {
  /** True if a cache served the reply from its storage. */
  readonly isStored: boolean
  /** Time in caches, from `Age`, in ms; null if absent or unreadable. */
  readonly ageMs: number | null
  /** When the reply was made, from `Date`: the server's clock, whole seconds, ms since 1970; null if absent or unreadable. */
  readonly dateMs: number | null
}

/** Names a hit in `X-Cache`, `CF-Cache-Status`, `X-Proxy-Cache` and their like. `REVALIDATED` and `RefreshHit` were checked just now. */
const HIT = /(?:^|[^a-z])(?:hit|stale|updating)(?:$|[^a-z])/i

/** A hit in `Cache-Status` (RFC 9211). Its `fwd=stale` is no hit. */
const STATUS_HIT = /;\s*hit\s*(?:$|[;,])/i

/** `Warning` 110 and 111 (RFC 7234): the reply is stale, and could not be checked. */
const STALE_WARNING = /(?:^|,)\s*11[01] /

function isHit([name, value]: [string, string]): boolean {
  if (name === 'cache-status') return STATUS_HIT.test(value)
  if (name === 'warning') return STALE_WARNING.test(value)
  return name !== 'cache-control' && name.includes('cache') && HIT.test(value)
}

/** Decodes `Age`, `Date` and the header by which a cache reports a hit (RFC 9111, RFC 9211 and the names of common caches). */
export function decodeReplyAge(headers: Readonly<Record<string, string>>): ReplyAge {
  const age = /^\s*(\d+)/.exec(headers.age ?? '')?.[1]
  const ageMs = age === undefined ? null : Math.min(Number(age) * 1_000, Number.MAX_SAFE_INTEGER)
  const dateMs = parseHttpDate(headers.date?.trim() ?? '')
  return {
    isStored: (ageMs ?? 0) > 0 || Object.entries(headers).some(isHit),
    ageMs,
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
  }
}
