import type { ReadPermission } from '../../domain/account.ts'
import { API, type ApiEntry } from './api-table.ts'

/** A route of REST v3. It has no method: every request is a GET. */
export interface Route {
  /** Path below the API's base path (`/v3`). */
  readonly path: string
  /** The permission that the key needs; null for a public route, whose requests are not signed. */
  readonly permission: ReadPermission | null
  /** Name in errors and faults: `GET /v3/account`. */
  readonly label: string
}

/** The name of a route. */
export type RouteName = keyof typeof API.routes

function routeOf([path, permission]: ApiEntry): Route {
  return { path, permission, label: `GET ${API.basePath}${path}` }
}

/** All requests that axisor can send to the exchange's REST API. No other request can be sent. */
export const ROUTES = Object.fromEntries(
  Object.entries(API.routes).map(([name, entry]) => [name, routeOf(entry)]),
) as Readonly<Record<RouteName, Route>>

/** Query of a paged route. Times are in ms since 1970; `limit` is 1 to 1000. */
export interface PageQuery {
  readonly cursor?: string | undefined
  readonly from?: number
  readonly to?: number
  readonly limit?: number
  /** Candle range, such as `1m` or `1h`; candles only. */
  readonly range?: string
}

/** Returns the raw request target below the base path. The signature covers it, so the order of the parameters is fixed. */
export function targetOf(name: RouteName, query: PageQuery = {}): string {
  const parts: string[] = []
  const append = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) parts.push(`${key}=${encodeURIComponent(value)}`)
  }
  append('cursor', query.cursor)
  append('from', query.from === undefined ? undefined : new Date(query.from).toISOString())
  append('limit', query.limit)
  append('range', query.range)
  append('to', query.to === undefined ? undefined : new Date(query.to).toISOString())
  return ROUTES[name].path + (parts.length === 0 ? '' : `?${parts.join('&')}`)
}
