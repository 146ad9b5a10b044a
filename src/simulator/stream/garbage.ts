import { TOPIC } from '../protocol/topics.ts'
import type { Hub } from './hub.ts'

function pushOf(topic: string, data: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { topic, data } })
}

/** Invalid text frames, one of each kind. */
function garbageFrames(now: number): readonly string[] {
  return [
    pushOf(TOPIC.lastPrice, { time: now, lastPrice: 68_000 }).slice(0, -14),
    JSON.stringify({ jsonrpc: '2.0', method: 'surprise', params: {} }),
    pushOf(TOPIC.lastPrice, { time: now }),
    pushOf(TOPIC.index, { time: now, index: 'sixty-eight thousand' }),
    pushOf(`${TOPIC.ticker}/deluxe`, { time: now }),
    '\u0000\u0001\u0002\ufffd\ufffd\u001b[31m{]',
    '42',
    '',
  ]
}

/** Sends all invalid frames to every open socket, regardless of its subscriptions. */
export function sendGarbage(hub: Hub, now: number): void {
  for (const frame of garbageFrames(now)) hub.broadcast(frame)
}
