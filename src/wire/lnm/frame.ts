import * as z from 'zod/mini'
import type { Fault } from '../../domain/error.ts'
import type { Decoded } from '../decoded.ts'
import { lazy, parseJson, validate } from '../validate.ts'
import { decodeCrossPositionMessage, decodeTradeMessage, decodeWalletMessage } from './push-account.ts'
import { decodeCrossOrderMessage } from './push-cross-orders.ts'
import {
  decodeAnnouncement,
  decodeBucketMessage,
  decodeCandleMessage,
  decodeFundingMessage,
  decodeIndexMessage,
  decodeLastPriceMessage,
  decodeTickerMessage,
} from './push-market.ts'
import type { RpcErrorReply } from './replies.ts'
import type { StreamMessage } from './stream-message.ts'
import { rangeOf, TOPICS } from './topics.ts'

/** The rate limit of one socket as reported by the stream, in messages. */
export interface RateLimit {
  readonly remaining: number
  readonly limit: number
}

/** A decoded text frame of the stream. `topic` of a fault is null if the topic is missing or unknown. */
export type Frame =
  | {
      readonly kind: 'reply'
      readonly id: string
      readonly result: unknown
      readonly rateLimit: RateLimit | null
    }
  | { readonly kind: 'error'; readonly id: string | null; readonly refusal: RpcErrorReply }
  | ({ readonly kind: 'notification'; readonly topic: string } & StreamMessage)
  | { readonly kind: 'fault'; readonly topic: string | null; readonly fault: Fault }

type Decode = (data: unknown, where: string) => Decoded<StreamMessage>

const BY_TOPIC = new Map<string, Decode>([
  [TOPICS.announcements, decodeAnnouncement],
  [TOPICS.ticker, decodeTickerMessage],
  [TOPICS.lastPrice, decodeLastPriceMessage],
  [TOPICS.index, decodeIndexMessage],
  [TOPICS.buckets, decodeBucketMessage],
  [TOPICS.funding, decodeFundingMessage],
  [TOPICS.isolatedTrades, decodeTradeMessage],
  [TOPICS.crossOrders, decodeCrossOrderMessage],
  [TOPICS.crossPosition, decodeCrossPositionMessage],
  [TOPICS.deposit, (data, where) => decodeWalletMessage(data, where, 'deposit')],
  [TOPICS.withdrawal, (data, where) => decodeWalletMessage(data, where, 'withdrawal')],
])

function decoderOf(topic: string): Decode | null {
  const range = rangeOf(topic)
  if (range !== null) return (data, where) => decodeCandleMessage(data, where, range)
  return BY_TOPIC.get(topic) ?? null
}

const envelopeSchema = lazy(() =>
  z.object({
    id: z.nullish(z.union([z.string(), z.number()])),
    method: z.optional(z.string()),
    params: z.optional(z.object({ topic: z.string(), data: z.unknown() })),
    result: z.optional(z.unknown()),
    error: z.optional(z.unknown()),
    rateLimit: z.catch(z.nullish(z.object({ remaining: z.number(), limit: z.number() })), null),
  }),
)

const errorSchema = lazy(() =>
  z.object({
    code: z.catch(z.nullish(z.number()), null),
    message: z.catch(z.nullish(z.string()), null),
    data: z.catch(z.nullish(z.object({ code: z.catch(z.nullish(z.string()), null) })), null),
  }),
)

function refusalOf(error: unknown): RpcErrorReply {
  const checked = validate(errorSchema(), error, 'stream error')
  if (!checked.ok) return { code: null, appCode: null, message: '' }
  const { code, message, data } = checked.value
  return { code: code ?? null, appCode: data?.code ?? null, message: message ?? '' }
}

function fault(topic: string | null, what: Fault): Frame {
  return { kind: 'fault', topic, fault: what }
}

function decodePush(topic: string, data: unknown): Frame {
  const decode = decoderOf(topic)
  // The fault does not repeat an unknown topic, as it may contain any text.
  if (decode === null) return fault(null, { where: 'stream', message: 'message on an unknown topic' })
  const decoded = decode(data, `stream ${topic}`)
  return decoded.ok ? { kind: 'notification', topic, ...decoded.value } : fault(topic, decoded.fault)
}

/**
 * Returns the messages of a text frame: a JSON-RPC batch has several, any other frame is one. Never throws. A byte order mark is no part
 * of a message.
 */
export function messagesOf(text: string): readonly string[] {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text
  if (!json.startsWith('[')) return [json]
  const batch = parseJson(json, 'stream')
  return batch.ok && Array.isArray(batch.value) ? batch.value.map(each => JSON.stringify(each)) : [json]
}

/** Decodes one message of Stream v1; never throws. A frame of an unknown form is a fault. */
export function decodeFrame(text: string): Frame {
  const parsed = parseJson(text, 'stream')
  if (!parsed.ok) return fault(null, parsed.fault)
  const checked = validate(envelopeSchema(), parsed.value, 'stream')
  if (!checked.ok) return fault(null, checked.fault)
  const { id, method, params, result, error, rateLimit } = checked.value
  if (method === 'subscription' && params !== undefined) return decodePush(params.topic, params.data)
  if (error !== undefined && error !== null) {
    return { kind: 'error', id: id == null ? null : String(id), refusal: refusalOf(error) }
  }
  if (id != null && result !== undefined) {
    return { kind: 'reply', id: String(id), result, rateLimit: rateLimit ?? null }
  }
  return fault(null, { where: 'stream', message: 'neither a reply nor a notification' })
}
