import type { TokenBucketLimits } from '../../domain/token-bucket.ts'

/** A policy of the exchange, with the requests that are left of it; null if not reported. */
export interface RateLimitPolicy extends TokenBucketLimits {
  readonly remaining: number | null
}

/** The rate limit that a reply reports. */
export interface ReportedLimit {
  /** All apply at once; empty if the reply names no readable policy. */
  readonly policies: readonly RateLimitPolicy[]
  /** How long nothing may be sent because no request is left, in ms; 0 if some are left or nothing is reported. */
  readonly emptyForMs: number
}

/** A member of a list of structured fields: `"default";q=40;w=2`. */
interface Item {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
}

/** The requests that are left of a policy, and in how many seconds there are more. */
interface Remainder {
  readonly name: string | null
  readonly remaining: number
  readonly resetSeconds: number
}

/** A text between quotes may contain the separators. */
const BETWEEN_COMMAS = /(?:"(?:[^"\\]|\\.)*"|[^",])+/g
const BETWEEN_SEMICOLONS = /(?:"(?:[^"\\]|\\.)*"|[^";])+/g

const QUOTED = /"(?:[^"\\]|\\.)*"/g

/** Returns no item for a header with an unclosed quote. */
function itemsOf(header: string): readonly Item[] {
  if (header.replaceAll(QUOTED, '').includes('"')) return []
  return (header.match(BETWEEN_COMMAS) ?? []).map(text => {
    const [name = '', ...rest] = (text.match(BETWEEN_SEMICOLONS) ?? []).map(part => part.trim())
    const pairs = rest.map((part): [string, string] => {
      const [key = '', value = ''] = part.split('=', 2)
      return [key.trim(), value.trim()]
    })
    return { name, parameters: new Map(pairs) }
  })
}

/** Returns a number of at least 0, or null. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,12}(\.\d{1,3})?$/.test(text) ? Number(text) : null
}

/** Reads `"default";q=40;w=2`, and the older `40;w=2`. `burst` names a bucket that holds more than one window's requests. */
function policyOf({ name, parameters }: Item): TokenBucketLimits | null {
  const unit = parameters.get('qu') ?? '"requests"'
  const quota = numberOf(parameters.get('q') ?? name)
  const windowSeconds = numberOf(parameters.get('w'))
  if (unit !== '"requests"' || quota === null || windowSeconds === null) return null
  if (quota < 1 || windowSeconds === 0) return null
  return { burst: Math.max(1, numberOf(parameters.get('burst')) ?? quota), perSecond: quota / windowSeconds }
}

/** Reads `"default";r=12;t=1`, and the older `limit=40, remaining=12, reset=1`. */
function remaindersOf(header: string): readonly Remainder[] {
  const items = itemsOf(header)
  const named = items.flatMap(({ name, parameters }): Remainder[] => {
    const remaining = numberOf(parameters.get('r'))
    return remaining === null ? [] : [{ name, remaining, resetSeconds: numberOf(parameters.get('t')) ?? 0 }]
  })
  if (named.length > 0) return named
  const members = new Map(items.map(({ name }) => name.split('=', 2) as [string, string | undefined]))
  const remaining = numberOf(members.get('remaining'))
  if (remaining === null) return []
  return [{ name: null, remaining, resetSeconds: numberOf(members.get('reset')) ?? 0 }]
}

/**
 * Decodes `RateLimit-Policy` and `RateLimit` of a reply (draft-ietf-httpapi-ratelimit-headers, its older forms included). What is
 * absent or unreadable is left out.
 */
export function decodeReportedLimit(headers: Readonly<Record<string, string>>): ReportedLimit {
  const remainders = remaindersOf(headers.ratelimit ?? '')
  const policies = itemsOf(headers['ratelimit-policy'] ?? '').flatMap((item): RateLimitPolicy[] => {
    const policy = policyOf(item)
    const remainder = remainders.find(({ name }) => name === null || name === item.name)
    return policy === null ? [] : [{ ...policy, remaining: remainder?.remaining ?? null }]
  })
  const waits = remainders.map(({ remaining, resetSeconds }) => (remaining === 0 ? resetSeconds * 1_000 : 0))
  return { policies, emptyForMs: Math.max(0, ...waits) }
}
