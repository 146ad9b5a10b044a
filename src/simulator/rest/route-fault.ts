import { gzipOf } from '../protocol/gzip.ts'
import { RawJson, stringifyRaw } from '../protocol/raw-json.ts'

/** Answers that replace the reply of a route. */
export const REPLACING_ANSWERS = ['status', 'html', 'redirect', 'empty', 'silence'] as const

/** Answers that change the body of the regular reply. */
export const CHANGING_ANSWERS = [
  'gzip',
  'large',
  'duplicateKeys',
  'proto',
  'hugeNumber',
  'truncated',
  'stored',
] as const

/** How a route answers while the `route` knob is active. */
export type RouteAnswer = (typeof REPLACING_ANSWERS)[number] | (typeof CHANGING_ANSWERS)[number]

/** The headers of a stored reply: `Age`, `Date`, a cache's hit, all of them, or none. */
export const STORED_STAMPS = ['all', 'age', 'date', 'hit', 'none'] as const

/** One of `STORED_STAMPS`. */
export type StoredStamp = (typeof STORED_STAMPS)[number]

/** A fault of one route, or of all routes below a path. */
export interface RouteFault {
  /** A full path, or a path that ends in `/*` for all routes below it. */
  readonly pattern: string
  readonly answer: RouteAnswer
  /** The status of the reply; null for the usual one of the answer. */
  readonly code: number | null
  /** The value of `Retry-After` in seconds; null for a reply without it. */
  readonly retryAfterSeconds: number | null
  readonly location: string | null
  /** By what a stored reply shows its age. */
  readonly stamp: StoredStamp
  /** The end in ms of the real clock. */
  readonly until: number
}

/** A reply that is not the route's own. */
export interface ReplacedReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Never answered. */
  readonly isSilent: boolean
}

/** True if the path is that of the pattern. */
export function matchesRoute(pattern: string, path: string): boolean {
  return pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}

/** The fault of a path at `now`, a time of the real clock: the one that was set last, or null. */
export function routeFaultFor(faults: readonly RouteFault[], path: string, now: number): RouteFault | null {
  return faults.findLast(fault => now < fault.until && matchesRoute(fault.pattern, path)) ?? null
}

const HTML =
  '<!doctype html>\n<html><head><title>Just a moment...</title></head><body>Checking.</body></html>\n'

/** The reply that replaces the regular one, or null if the fault only changes its body. `errorBody` is the JSON of a status. */
export function replacedReply(
  { answer, code, retryAfterSeconds, location }: RouteFault,
  errorBody: (code: number) => unknown,
): ReplacedReply | null {
  const retryAfter: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }
  const plain = { headers: retryAfter, body: '', isSilent: false }
  switch (answer) {
    case 'status': {
      const status = code ?? 500
      const headers = { ...retryAfter, 'content-type': 'application/json; charset=utf-8' }
      return { ...plain, status, headers, body: JSON.stringify(errorBody(status)) }
    }
    case 'html': {
      const headers = { ...retryAfter, 'content-type': 'text/html; charset=utf-8' }
      return { ...plain, status: code ?? 200, headers, body: HTML }
    }
    case 'redirect':
      return {
        ...plain,
        status: code ?? 302,
        headers: { ...retryAfter, location: location ?? '/maintenance.html' },
      }
    case 'empty':
      return { ...plain, status: code ?? 204 }
    case 'silence':
      return { ...plain, status: 200, isSilent: true }
    default:
      return null
  }
}

/** Length of the padding that makes a reply large. */
const LARGE_LENGTH = 10 * 1024 * 1024

function padded(value: unknown): unknown {
  const padding = 'x'.repeat(LARGE_LENGTH)
  if (Array.isArray(value)) {
    const [first, ...rest] = value
    return [typeof first === 'object' ? { ...first, padding } : { padding }, ...rest]
  }
  return typeof value === 'object' && value !== null ? { ...value, padding } : padding
}

/** Copies a JSON value with all its objects replaced, from the inside outward. */
function mapObjects(value: unknown, replace: (object: object) => unknown): unknown {
  if (Array.isArray(value)) return value.map(item => mapObjects(item, replace))
  if (typeof value !== 'object' || value === null || value instanceof RawJson) return value
  const members = Object.entries(value).map(([name, inner]) => [name, mapObjects(inner, replace)])
  return replace(Object.fromEntries(members))
}

/** Every key twice: first with its value, then with null. */
function withDuplicateKeys(object: object): RawJson {
  const members = Object.entries(object)
  const values = members.map(([name, value]) => `${JSON.stringify(name)}:${stringifyRaw(value)}`)
  const nulls = members.map(([name]) => `${JSON.stringify(name)}:null`)
  return new RawJson(`{${[...values, ...nulls].join(',')}}`)
}

/** A member `__proto__`, which pollutes a careless copy. */
function withProto(object: object): object {
  const polluted = { polluted: true, id: 'polluted', side: 'buy' }
  return Object.fromEntries([['__proto__', polluted], ['constructor', polluted], ...Object.entries(object)])
}

function withHugeNumbers(object: object): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      typeof value === 'number' ? new RawJson('1e400') : value,
    ]),
  )
}

/** Encodes the body of a regular reply with the change of an answer. `headers` are those that the change adds. */
export function encodeChanged(
  value: unknown,
  answer: RouteAnswer | null,
): {
  readonly body: string
  readonly bytes?: Uint8Array
  readonly headers: Readonly<Record<string, string>>
} {
  const headers = {}
  switch (answer) {
    case 'gzip': {
      const body = stringifyRaw(value)
      return { body, bytes: gzipOf(body), headers: { 'content-encoding': 'gzip' } }
    }
    case 'large':
      return { body: stringifyRaw(padded(value)), headers }
    case 'duplicateKeys':
      return { body: stringifyRaw(mapObjects(value, withDuplicateKeys)), headers }
    case 'proto':
      return { body: stringifyRaw(mapObjects(value, withProto)), headers }
    case 'hugeNumber':
      return { body: stringifyRaw(mapObjects(value, withHugeNumbers)), headers }
    case 'truncated': {
      const body = stringifyRaw(value)
      return { body: body.slice(0, Math.ceil(body.length / 2)), headers }
    }
    default:
      return { body: stringifyRaw(value), headers }
  }
}
