import { describe, expect, it } from 'vitest'
import { closingPriceUsd } from '../../../../src/domain/valuation.ts'
import { decodeServerTime, decodeSwaps } from '../../../../src/wire/lnm/rest-account.ts'
import {
  decodeCrossFilled,
  decodeCrossOpen,
  decodeCrossPosition,
} from '../../../../src/wire/lnm/rest-cross.ts'
import { decodeFundingFees } from '../../../../src/wire/lnm/rest-isolated.ts'
import { decodeCandles, decodeTicker } from '../../../../src/wire/lnm/rest-market.ts'
import { decodedValue, faultOf, readableValue, without } from './unpack.ts'

const cross = {
  id: 'c1',
  quantity: -10_000,
  leverage: 10,
  margin: 1200,
  entryPrice: 64_710.5,
  liquidation: 68_000,
  initialMargin: 1000,
  runningMargin: 1000,
  maintenanceMargin: 20,
  totalPl: 200,
  deltaPl: 3,
  tradingFees: 5,
  fundingFees: 2,
  updatedAt: '2026-08-09T05:00:00.000Z',
}

const order = {
  id: 'be4f36fe',
  type: 'liquidation',
  side: 'buy',
  quantity: 10,
  price: 77_055,
  tradingFee: 12,
  createdAt: '2026-04-22T11:07:19.867Z',
  filledAt: '2026-04-22T11:07:19.867Z',
  canceledAt: null,
  open: false,
  filled: true,
  canceled: false,
  clientId: null,
}

describe('cross account', () => {
  it('maps the sign of the quantity to the side', () => {
    const read = readableValue(decodeCrossPosition(cross))
    expect(read).toMatchObject({ marginSats: 1200, leverage: 10, updatedAt: Date.UTC(2026, 7, 9, 5) })
    expect(read.position).toMatchObject({
      id: 'cross',
      mode: 'cross',
      side: 'short',
      quantityUsd: 10_000,
      runningMarginSats: 1000,
      liquidationPriceUsd: 68_000,
      fundingPaidSats: 2,
      exchangePlSats: null,
    })
    expect(readableValue(decodeCrossPosition({ ...cross, quantity: 5 })).position?.side).toBe('long')
  })

  it('has no position if the quantity is 0', () => {
    const flat = { ...cross, quantity: 0, entryPrice: null, liquidation: null }
    expect(readableValue(decodeCrossPosition(flat))).toMatchObject({ position: null, marginSats: 1200 })
  })

  it('names the missing field', () => {
    expect(faultOf(decodeCrossPosition(without(cross, 'quantity')))).toBe(
      'GET /v3/futures/cross/position: quantity is missing',
    )
    expect(faultOf(decodeCrossPosition({ ...cross, liquidation: 'far' }))).toBe(
      'GET /v3/futures/cross/position: liquidation is not a number',
    )
    expect(readableValue(decodeCrossPosition(without(cross, 'margin'))).marginSats).toBeNull()
  })

  it('decodes open orders and fills', () => {
    const open = { ...order, type: 'limit', open: true, filled: false, filledAt: null }
    expect(readableValue(decodeCrossOpen([open, order]))).toEqual([
      {
        id: 'be4f36fe',
        mode: 'cross',
        side: 'long',
        type: 'limit',
        quantityUsd: 10,
        priceUsd: 77_055,
        leverage: null,
        reservedSats: null,
        createdAt: Date.UTC(2026, 3, 22, 11, 7, 19, 867),
        otherMarket: null,
      },
    ])
    expect(decodedValue(decodeCrossFilled({ data: [order], nextCursor: null }))).toEqual({
      items: [
        {
          id: 'be4f36fe',
          type: 'liquidation',
          side: 'long',
          quantityUsd: 10,
          priceUsd: 77_055,
          feeSats: 12,
          filledAt: Date.UTC(2026, 3, 22, 11, 7, 19, 867),
        },
      ],
      unreadable: [],
      rowCount: 1,
      nextCursor: null,
    })
  })

  it('names fills without a time and omits canceled orders', () => {
    const unfilled = { ...order, id: 'a', filledAt: null, canceled: true }
    const lost = { ...order, id: 'b', filledAt: null, canceled: false }
    const page = decodedValue(decodeCrossFilled({ data: [unfilled, lost], nextCursor: null }))
    expect(page.items).toEqual([])
    expect(page.unreadable).toMatchObject([{ id: 'b', field: 'filledAt', problem: 'is null' }])
  })

  it('decodes funding fees without a trade', () => {
    const row = { settlementId: 's', time: '2026-01-01T08:00:00.000Z', fee: -12 }
    expect(decodedValue(decodeFundingFees({ data: [row], nextCursor: null }, 'crossFunding')).items).toEqual([
      { settlementId: 's', tradeId: null, at: Date.UTC(2026, 0, 1, 8), feeSats: -12 },
    ])
  })
})

describe('market', () => {
  const ticker = {
    index: 64_737,
    lastPrice: 64_733,
    fundingRate: 0.0001,
    fundingTime: '2026-08-09T08:00:00.000Z',
    prices: [
      { minSize: 1000, maxSize: 5000, askPrice: 64_740, bidPrice: null },
      { minSize: 0, maxSize: 1000, askPrice: 64_732, bidPrice: 64_723 },
    ],
  }

  it('sorts buckets by size and decodes a missing side as null', () => {
    expect(readableValue(decodeTicker(ticker)).ticker).toEqual({
      indexUsd: 64_737,
      lastPriceUsd: 64_733,
      funding: { rate: 0.0001, at: Date.UTC(2026, 7, 9, 8) },
      buckets: [
        { minSizeUsd: 0, maxSizeUsd: 1000, bidUsd: 64_723, askUsd: 64_732 },
        { minSizeUsd: 1000, maxSizeUsd: 5000, bidUsd: null, askUsd: 64_740 },
      ],
    })
  })

  it('reads a price of 0 as unknown, and rejects a ticker without any price', () => {
    const read = decodedValue(decodeTicker({ ...ticker, lastPrice: 0 }))
    expect(read.value.ticker).toMatchObject({ lastPriceUsd: null, indexUsd: 64_737 })
    expect(read.faults).toEqual([{ id: null, field: 'lastPrice', problem: 'is out of range' }])
    expect(faultOf(decodeTicker({ time: 1 }))).toBe('GET /v3/futures/ticker: has no readable price')
  })

  it('rejects the ticker of another market', () => {
    expect(faultOf(decodeTicker({ ...ticker, pair: 'eth_usd' }))).toBe(
      'GET /v3/futures/ticker: is the ticker of another market',
    )
  })

  const buckets = (...prices: object[]) => readableValue(decodeTicker({ ...ticker, prices })).ticker.buckets
  const small = { minSize: 0, maxSize: 1_000, askPrice: 64_732, bidPrice: 64_723 }
  const large = { minSize: 1_001, maxSize: 500_000, askPrice: 64_740, bidPrice: 64_710 }

  it('values nothing at buckets of which one has no readable size', () => {
    const odd = { ...ticker, prices: [small, { ...large, maxSize: 'big' }] }
    expect(readableValue(decodeTicker(odd)).ticker).toMatchObject({ buckets: null, lastPriceUsd: 64_733 })
    expect(buckets({ ...small, maxSize: null }, large)).toBeNull()
    expect(buckets({ ...small, maxSize: null }, { ...large, maxSize: null })).toBeNull()
  })

  it('reads the largest bucket without a limit', () => {
    for (const maxSize of [null, undefined]) {
      const list = buckets({ ...large, maxSize }, small)
      expect(list?.map(({ bidUsd }) => bidUsd)).toEqual([64_723, 64_710])
      expect(closingPriceUsd(list ?? [], 'long', 40_000_000)).toBe(64_710)
    }
  })

  it('knows the other prices beside one that is unreadable, and none if all are', () => {
    expect(buckets({ ...small, askPrice: 'high' }, large)).toMatchObject([
      { bidUsd: 64_723, askUsd: null },
      { bidUsd: 64_710, askUsd: 64_740 },
    ])
    expect(buckets({ ...small, askPrice: 'high', bidPrice: null })).toBeNull()
  })

  it('decodes candles', () => {
    const row = { time: '2026-08-09T05:00:00.000Z', open: 2, high: 4, low: 1, close: 3, volume: 669_418 }
    expect(decodedValue(decodeCandles({ data: [row], nextCursor: null })).items).toEqual([
      {
        openedAt: Date.UTC(2026, 7, 9, 5),
        openUsd: 2,
        highUsd: 4,
        lowUsd: 1,
        closeUsd: 3,
        volumeUsd: 669_418,
      },
    ])
  })
})

describe('time and swaps', () => {
  it("decodes the exchange's clock as text or as a number", () => {
    expect(decodedValue(decodeServerTime({ time: '2026-01-01T00:00:00.000Z' }))).toBe(1_767_225_600_000)
    expect(decodedValue(decodeServerTime({ time: 1_767_225_600_000 }))).toBe(1_767_225_600_000)
    expect(faultOf(decodeServerTime({ time: 'now' }))).toContain('GET /v3/time: time')
  })

  it('decodes swaps', () => {
    const row = {
      id: 'x',
      createdAt: '2026-01-01T00:00:00.000Z',
      inAmount: 1000,
      inAsset: 'BTC',
      outAmount: 0.65,
      outAsset: 'USD',
    }
    expect(decodedValue(decodeSwaps({ data: [row], nextCursor: null })).items[0]).toMatchObject({
      at: 1_767_225_600_000,
    })
  })
})
