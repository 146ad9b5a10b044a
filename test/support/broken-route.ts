import { AxisorError } from '../../src/domain/error.ts'
import type { PartName } from '../../src/domain/parts.ts'
import type { Http, HttpReply } from '../../src/ports/net.ts'
import type { FakeClock } from './fake-clock.ts'

/** The route of each part. */
export const PART_PATHS: Readonly<Record<PartName, string>> = {
  market: '/v3/futures/ticker',
  account: '/v3/account',
  isolatedPositions: '/v3/futures/isolated/trades/running',
  isolatedOrders: '/v3/futures/isolated/trades/open',
  crossPosition: '/v3/futures/cross/position',
  crossOrders: '/v3/futures/cross/orders/open',
}

const PAGE = '<!doctype html><title>Scheduled maintenance</title>'

function status(code: number, body = '{"message":"no"}', headers: HttpReply['headers'] = {}) {
  return (): HttpReply => ({ status: code, headers, body })
}

function rejection(error: () => AxisorError) {
  return (): HttpReply => {
    throw error()
  }
}

/** Ways in which a route fails, each with the state of its part. `no answer`: a reply that takes longer than the command. */
export const ROUTE_FAILURES = {
  401: { state: 'refused', reply: status(401) },
  403: { state: 'refused', reply: status(403) },
  '403 of a firewall': { state: 'refused', reply: status(403, PAGE, { 'content-type': 'text/html' }) },
  404: { state: 'gone', reply: status(404) },
  410: { state: 'gone', reply: status(410) },
  429: { state: 'limited', reply: status(429, '{}', { 'retry-after': '60' }) },
  500: { state: 'failed', reply: status(500) },
  503: { state: 'failed', reply: status(503, PAGE, { 'content-type': 'text/html' }) },
  redirect: { state: 'failed', reply: status(302, '', { location: 'https://elsewhere.test/' }) },
  204: { state: 'failed', reply: status(204, '') },
  HTML: { state: 'failed', reply: status(200, PAGE, { 'content-type': 'text/html' }) },
  'an empty body': { state: 'failed', reply: status(200, '') },
  'truncated JSON': { state: 'unreadable', reply: status(200, '[{"id":"1"') },
  'JSON of another form': { state: 'unreadable', reply: status(200, '"maintenance"') },
  '10 MB of JSON': {
    state: 'unreadable',
    reply: rejection(() => new AxisorError('unreadable', 'the exchange sent more than 8 MiB')),
  },
  'damaged compression': {
    state: 'unreadable',
    reply: rejection(
      () => new AxisorError('unreadable', 'the exchange sent a reply with damaged compression'),
    ),
  },
  'no answer': { state: 'waiting', reply: null },
} as const

export type RouteFailure = keyof typeof ROUTE_FAILURES

/** Returns a client in which one route fails. */
export function withBrokenRoute(http: Http, clock: FakeClock, path: string, failure: RouteFailure): Http {
  return {
    ...http,
    get(origin, target, headers, timeoutMs) {
      if (target.split('?', 1)[0] !== path) return http.get(origin, target, headers, timeoutMs)
      const { reply } = ROUTE_FAILURES[failure]
      return new Promise((resolve, reject) => {
        const answer = (): void => {
          try {
            if (reply === null) throw new AxisorError('timeout', 'no response from the exchange within 10 s')
            resolve(reply())
          } catch (error) {
            reject(error)
          }
        }
        clock.after(reply === null ? timeoutMs : 1, answer)
      })
    },
  }
}
