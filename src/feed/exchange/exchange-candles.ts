import type { Clock } from '../../ports/clock.ts'
import { chartCandlesOf, chartQuery } from '../../wire/lnm/chart-candles.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import type { ReadCandles } from '../connection/chart-reader.ts'
import type { RestClient } from './rest-client.ts'

/** Returns what reads the candles of a chart from the exchange, with the priority of a snapshot: the user waits for them. */
export function exchangeCandles(rest: RestClient, clock: Clock): ReadCandles {
  return async range => {
    const query = chartQuery(range, rest.exchangeClock.nowMs())
    const { items, unreadable } = await rest.read('candles', decodeCandles, { query })
    return { ...chartCandlesOf({ items, unreadableRows: unreadable.length }), readAt: clock.nowMs() }
  }
}
