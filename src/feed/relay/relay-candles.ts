import type { CandleLength } from '../../domain/candle-range.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpReply } from '../../ports/net.ts'
import { decodeCandlesDocument } from '../../wire/relay/candles-document.ts'
import type { CandleRead, ReadCandles } from '../connection/chart-reader.ts'
import { CANDLES } from './document-error.ts'
import { type DocumentRequests, documentTag } from './document-requests.ts'

/** A relay may wait for the rate limits of the exchange. After this the chart states it. */
const MAX_WAIT_MS = 60_000

/** Returns what reads the candles of a chart from a relay. */
export function relayCandles(requests: DocumentRequests, clock: Clock): ReadCandles {
  return async (range, isWanted) => {
    const until = clock.nowMs() + MAX_WAIT_MS
    const { reply, sentAt } = await requests.finished(CANDLES, `?range=${range}`, {
      isWanted: () => isWanted() && clock.nowMs() < until,
    })
    return decode(requests, range, reply, sentAt)
  }
}

/**
 * Sends one request for a relay that follows another one. Resolves with null while that one reads the candles.
 * @throws AxisorError as other requests to a relay
 */
export async function forwardCandles(
  requests: DocumentRequests,
  range: CandleLength,
): Promise<(CandleRead & { readonly etag: string }) | null> {
  const { reply, sentAt } = await requests.get(CANDLES, `?range=${range}`)
  if (reply.status === 202) return null
  if (reply.status !== 200) throw requests.errorFor(CANDLES, reply)
  return { ...decode(requests, range, reply, sentAt), etag: documentTag(reply) }
}

function decode(
  requests: DocumentRequests,
  range: CandleLength,
  reply: HttpReply,
  sentAt: number,
): CandleRead {
  const relayNow = requests.requireRelay(reply)
  const result = decodeCandlesDocument(reply.body, range)
  if (!result.ok)
    throw new AxisorError('unreadable', `${result.fault.where}: ${result.fault.message}`, {
      hint: 'The relay may be newer than this axisor: update axisor.',
    })
  const { asOf, candles, unreadableRows } = result.value
  // The delay of the reply counts as age: candles look older than they are, never newer.
  return { candles, unreadableRows, readAt: sentAt - Math.max(0, relayNow - asOf) }
}
