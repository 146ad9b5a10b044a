import { type Faults, isBlank } from '../faults.ts'
import { formatIso } from '../protocol/iso.ts'
import type { Market } from './market.ts'

/** Input of market replies and pushes. `now` is the exchange's time; `realNow` is the real clock, which faults use. */
export interface TickerView {
  readonly market: Market
  readonly faults: Faults
  readonly now: number
  readonly realNow: number
}

function fundingOf({ market, faults, realNow }: TickerView): { rate: number | null; time: number | null } {
  if (isBlank(faults, realNow, 'funding')) return { rate: null, time: null }
  return { rate: market.fundingRate(), time: market.nextFundingAt() }
}

function pricesOf({ market, faults, realNow }: TickerView): { last: number | null; index: number | null } {
  if (isBlank(faults, realNow, 'prices')) return { last: null, index: null }
  return { last: market.lastUsd(), index: market.indexUsd() }
}

/** GET /futures/ticker. A side without a price is null. */
export function restTicker(view: TickerView) {
  const { rate, time } = fundingOf(view)
  const { last, index } = pricesOf(view)
  const noAsk = isBlank(view.faults, view.realNow, 'ask')
  const noBid = isBlank(view.faults, view.realNow, 'bid')
  return {
    index,
    lastPrice: last,
    fundingRate: rate,
    fundingTime: time === null ? null : formatIso(time),
    prices: view.market.buckets().map(bucket => ({
      minSize: bucket.minSizeUsd,
      maxSize: bucket.maxSizeUsd,
      askPrice: noAsk ? null : bucket.askUsd,
      bidPrice: noBid ? null : bucket.bidUsd,
    })),
  }
}

/** The message of the ticker topic, which has no buckets. */
export function pushTicker(view: TickerView) {
  const { last, index } = pricesOf(view)
  return { time: view.now, lastPrice: last, index, funding: fundingOf(view) }
}

/** The message of the funding topic. */
export function pushFunding(view: TickerView) {
  return { pair: 'btc_usd', current: fundingOf(view) }
}

/** The message of the buckets topic. A side without a price is absent. */
export function pushBuckets(view: TickerView) {
  const noAsk = isBlank(view.faults, view.realNow, 'ask')
  const noBid = isBlank(view.faults, view.realNow, 'bid')
  const buckets = view.market.buckets().map(bucket => ({
    minSize: bucket.minSizeUsd,
    maxSize: bucket.maxSizeUsd,
    ...(noAsk ? {} : { askPrice: bucket.askUsd }),
    ...(noBid ? {} : { bidPrice: bucket.bidUsd }),
  }))
  return { time: view.now, buckets }
}
