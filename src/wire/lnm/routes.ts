import type { ReadPermission } from '../../domain/account.ts'

/** One thing that axisor may ask of REST v3. There is no method: everything is a GET. */
export interface Route {
  /** Below the API's base path (`/v3`). */
  readonly path: string
  /** The permission that the key needs; null for public routes, which are sent unsigned. */
  readonly needs: ReadPermission | null
  /** How errors and faults call it. */
  readonly label: string
}

function route(path: string, needs: ReadPermission | null): Route {
  return { path, needs, label: `GET /v3${path}` }
}

/** Every request that axisor can send to the exchange. What is not in this list cannot be sent. */
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

/** The name of a request that may be sent. */
export type RouteName = keyof typeof ROUTES

/** What a page route may be asked for; times in ms since 1970, `limit` 1 to 1000. */
export interface PageQuery {
  readonly cursor?: string | undefined
  readonly from?: number
  readonly to?: number
  readonly limit?: number
  /** Candles only: `1m`, `1h`… */
  readonly range?: string
}

/** The raw request target below the base path. The order of the parameters is the exchange's own and is what gets signed. */
export function targetOf(name: RouteName, query: PageQuery = {}): string {
  const parts: string[] = []
  const put = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) parts.push(`${key}=${encodeURIComponent(value)}`)
  }
  put('cursor', query.cursor)
  put('from', query.from === undefined ? undefined : new Date(query.from).toISOString())
  put('limit', query.limit)
  put('range', query.range)
  put('to', query.to === undefined ? undefined : new Date(query.to).toISOString())
  return ROUTES[name].path + (parts.length === 0 ? '' : `?${parts.join('&')}`)
}
