import type { CursorMode } from '../faults.ts'

/** An invalid query. The reply is 400 with this message. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

function instant(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  if (text === null) return null
  const ms = ISO.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new BadRequest(`${name} must be an ISO 8601 time in UTC`)
  return ms
}

/** Reads a parameter with a fixed set of values, or null if absent. @throws BadRequest */
export function choiceParameter<V extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly V[],
): V | null {
  const text = query.get(name)
  if (text === null) return null
  const value = choices.find(choice => choice === text)
  if (value === undefined) throw new BadRequest(`${name} must be one of ${choices.join(', ')}`)
  return value
}

/** Reads a boolean parameter, or null if absent. @throws BadRequest */
export function flagParameter(query: URLSearchParams, name: string): boolean | null {
  const value = choiceParameter(query, name, ['true', 'false'])
  return value === null ? null : value === 'true'
}

/** Reads a UUID in lower case, or null if absent. @throws BadRequest */
export function uuidParameter(query: URLSearchParams, name: string): string | null {
  const text = query.get(name)
  if (text === null) return null
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new BadRequest(`${name} must be a UUID`)
  return text.toLowerCase()
}

/** The requested part of a list. Times in ms, both ends included. */
export interface PageRequest {
  readonly from: number
  readonly to: number
  readonly limit: number
  /** The time from the `nextCursor` of the page before, or null for the first page. */
  readonly cursor: number | null
  readonly cursorMode: CursorMode
}

/** Reads `from`, `to`, `limit` (1..1000, default 1000) and `cursor`. @throws BadRequest */
export function pageRequest(query: URLSearchParams, cursorMode: CursorMode): PageRequest {
  const limit = query.get('limit') ?? '1000'
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000) {
    throw new BadRequest('limit must be a whole number from 1 to 1000')
  }
  const from = instant(query, 'from') ?? Number.NEGATIVE_INFINITY
  const to = instant(query, 'to') ?? Number.POSITIVE_INFINITY
  if (from > to) throw new BadRequest('from must not be after to')
  return { from, to, limit: Number(limit), cursor: instant(query, 'cursor'), cursorMode }
}
