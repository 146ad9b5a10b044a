import type { ReadPermission } from '../../domain/account.ts'

/** A route of REST v3. It has no method: every request is a GET. */
export interface Route {
  /** Path below the API's base path (`/v3`). */
  readonly path: string
  /** The permission that the key needs; null for a public route, whose requests are not signed. */
  readonly permission: ReadPermission | null
  /** Name in errors and faults: `GET /v3/account`. */
  readonly label: string
}

function route(path: string, needs: ReadPermission | null): Route {
  return { path, permission: needs, label: `GET /v3${path}` }
}

/** All requests that axisor can send to the exchange's REST API. No other request can be sent. */
export const ROUTES = {
  time: route('/time', null),
  ticker: route('/futures/ticker', null),
  candles: route('/futures/candles', null),
  account: route('/account', 'account:read'),
  isolatedRunning: route('/futures/isolated/trades/running', 'futures:isolated:read'),
  isolatedOpen: route('/futures/isolated/trades/open', 'futures:isolated:read'),
  isolatedClosed: route('/futures/isolated/trades/closed', 'futures:isolated:read'),
  isolatedFunding: route('/futures/isolated/funding-fees', 'futures:isolated:read'),
  crossPosition: route('/futures/cross/position', 'futures:cross:read'),
  crossOpen: route('/futures/cross/orders/open', 'futures:cross:read'),
  crossFilled: route('/futures/cross/orders/filled', 'futures:cross:read'),
  crossFunding: route('/futures/cross/funding-fees', 'futures:cross:read'),
  swaps: route('/synthetic-usd/swaps', 'synthetic-usd:read'),
} as const

/** The name of a route. */
export type RouteName = keyof typeof ROUTES

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
