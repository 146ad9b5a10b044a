import type { ExchangeResponse } from '../../ports/simulated-exchange.ts'
import type { RouteFault, StoredStamp } from './route-fault.ts'

interface Stored {
  readonly fault: RouteFault
  readonly response: ExchangeResponse
  readonly at: number
}

/** A cache between the exchange and its client, while the `route` knob answers `stored`. */
export interface ReplyCache {
  /** Returns the reply that was stored for the target since the fault was set; stores this one if there is none. */
  replyTo(target: string, fault: RouteFault, now: number, response: ExchangeResponse): ExchangeResponse
}

function stampHeaders(stamp: StoredStamp, at: number, now: number): Readonly<Record<string, string>> {
  const is = (name: StoredStamp) => stamp === 'all' || stamp === name
  return {
    ...(is('age') ? { age: String(Math.floor((now - at) / 1_000)) } : {}),
    ...(is('date') ? { date: new Date(at).toUTCString() } : {}),
    ...(is('hit') && now > at ? { 'x-cache': 'HIT' } : {}),
  }
}

/** Opens an empty cache. It holds one reply for each target, of the fault that is active. */
export function openReplyCache(): ReplyCache {
  const replies = new Map<string, Stored>()
  return {
    replyTo(target, fault, now, response) {
      const known = replies.get(target)
      const stored = known?.fault === fault ? known : { fault, response, at: now }
      if (response.status !== 200 && stored !== known) return response
      replies.set(target, stored)
      const headers = { ...stored.response.headers, ...stampHeaders(fault.stamp, stored.at, now) }
      return { ...stored.response, headers, delayMs: response.delayMs }
    },
  }
}
