import { isBlank } from '../faults.ts'
import { pushBuckets, pushFunding, pushTicker, type TickerView } from '../market/ticker.ts'
import { CANDLE_RANGES } from '../protocol/candle-ranges.ts'
import { candleTopic, TOPIC } from '../protocol/topics.ts'
import type { Hub } from './hub.ts'

const CANDLE_TOPICS = CANDLE_RANGES.map(range => ({ range, topic: candleTopic(range) }))

/** Publishes the current market on every topic that has subscribers. */
export function pushMarket(hub: Hub, view: TickerView): void {
  const { market, now } = view
  if (!isBlank(view.faults, view.realNow, 'prices')) {
    if (hub.hasSubscribers(TOPIC.lastPrice))
      hub.publish(TOPIC.lastPrice, { time: now, lastPrice: market.lastUsd() })
    if (hub.hasSubscribers(TOPIC.index)) hub.publish(TOPIC.index, { time: now, index: market.indexUsd() })
  }
  if (hub.hasSubscribers(TOPIC.ticker)) hub.publish(TOPIC.ticker, pushTicker(view))
  if (hub.hasSubscribers(TOPIC.buckets)) hub.publish(TOPIC.buckets, pushBuckets(view))
  for (const { range, topic } of CANDLE_TOPICS) {
    if (hub.hasSubscribers(topic)) hub.publish(topic, market.candles.current(range))
  }
}

/** Publishes rate and time of the next funding settlement. */
export function pushFundingMessage(hub: Hub, view: TickerView): void {
  hub.publish(TOPIC.funding, pushFunding(view))
}
