import { describe, expect, it } from 'vitest'
import type { Decoded } from '../../../../src/wire/decoded.ts'
import { faultLine } from '../../../../src/wire/lnm/check.ts'
import { decodeAccount, decodeServerTime, decodeSwaps } from '../../../../src/wire/lnm/rest-account.ts'
import {
  decodeCrossFilled,
  decodeCrossOpen,
  decodeCrossPosition,
} from '../../../../src/wire/lnm/rest-cross.ts'
import {
  decodeFundingFees,
  decodeIsolatedClosed,
  decodeIsolatedOpen,
  decodeIsolatedRunning,
} from '../../../../src/wire/lnm/rest-isolated.ts'
import { decodeCandles, decodeTicker } from '../../../../src/wire/lnm/rest-market.ts'

function valueOf<T>(decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(faultLine(decoded.fault))
  return decoded.value
}

function faultOf(decoded: Decoded<unknown>): string {
  if (decoded.ok) throw new Error('no fault')
  return faultLine(decoded.fault)
}

const account = {
  id: 'a',
  username: 'satoshi',
  email: null,
  balance: 2_015_086,
  syntheticUsdBalance: 2.5,
  feeTier: 0,
  linkingPublicKey: null,
}

const trade = {
  id: 't1',
  type: 'market',
  side: 'buy',
  openingFee: 0,
  closingFee: 0,
  maintenanceMargin: 100,
  quantity: 1,
  margin: 1000,
  leverage: 10.37,
  price: 100_000,
  liquidation: 90_000,
  stoploss: 0,
  stoplossTrailingDistance: 0.1,
  takeprofit: 0,
  exitPrice: null,
  pl: -3,
  createdAt: '2026-01-01T00:00:00.000Z',
  filledAt: '2026-01-01T00:00:01.000Z',
  closedAt: null,
  entryPrice: 100_000,
  entryMargin: 1000,
  open: false,
  running: true,
  canceled: false,
  closed: false,
  sumFundingFees: -7,
  sumCashInPl: 0,
  sumCashInMargin: 0,
  clientId: null,
}

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

function without<T extends object>(value: T, key: keyof T): Partial<T> {
  const { [key]: _left, ...rest } = value
  return rest as Partial<T>
}

describe('the account', () => {
  it('is read, whatever else the reply holds', () => {
    expect(valueOf(decodeAccount({ ...account, novelty: [1] }))).toEqual({
      username: 'satoshi',
      balanceSats: 2_015_086,
      syntheticUsdBalance: 2.5,
      feeTier: 0,
    })
  })

  it('names the route and the field that is missing, null or mistyped', () => {
    expect(faultOf(decodeAccount(without(account, 'balance')))).toBe('GET /v3/account: balance is missing')
    expect(faultOf(decodeAccount({ ...account, balance: null }))).toBe('GET /v3/account: balance is null')
    expect(faultOf(decodeAccount({ ...account, balance: '1' }))).toBe(
      'GET /v3/account: balance is not a number',
    )
    expect(faultOf(decodeAccount('pong'))).toBe('GET /v3/account: the whole is not an object')
  })

  it('takes no fraction of a satoshi', () => {
    expect(faultOf(decodeAccount({ ...account, balance: 1.5 }))).toBe(
      'GET /v3/account: balance is not a whole number',
    )
  })

  it('never repeats what it could not read', () => {
    expect(faultOf(decodeAccount({ ...account, username: { passphrase: 'hunter2' } }))).not.toContain(
      'hunter2',
    )
  })
})

describe('isolated trades', () => {
  it('that run are read: buy is long, 0 is no stop, received funding is negative', () => {
    expect(valueOf(decodeIsolatedRunning([trade]))).toEqual([
      {
        id: 't1',
        mode: 'isolated',
        side: 'long',
        quantityUsd: 1,
        entryPriceUsd: 100_000,
        marginSats: 1000,
        maintenanceMarginSats: 100,
        runningMarginSats: null,
        leverage: 10.37,
        liquidationPriceUsd: 90_000,
        stopLossUsd: null,
        takeProfitUsd: null,
        exchangePlSats: -3,
        fundingPaidSats: -7,
        openingFeeSats: 0,
        openedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
      },
    ])
  })

  it('go by `running`, never by `open`', () => {
    expect(valueOf(decodeIsolatedRunning([{ ...trade, open: true }]))).toHaveLength(1)
    expect(valueOf(decodeIsolatedRunning([{ ...trade, running: false }]))).toEqual([])
  })

  it('keep a stop-loss, a take-profit, and a liquidation price that is none', () => {
    const [position] = valueOf(
      decodeIsolatedRunning([
        { ...trade, side: 'sell', stoploss: 95_000.5, takeprofit: 120_000, liquidation: 0 },
      ]),
    )
    expect(position).toMatchObject({
      side: 'short',
      stopLossUsd: 95_000.5,
      takeProfitUsd: 120_000,
      liquidationPriceUsd: null,
    })
  })

  it('are read without the fields that only newer or older replies have', () => {
    const old = without(
      without(without(trade, 'sumCashInPl') as typeof trade, 'entryMargin') as typeof trade,
      'filledAt',
    )
    expect(valueOf(decodeIsolatedRunning([old]))[0]?.openedAt).toBe(Date.UTC(2026, 0, 1))
  })

  it('name the row that is wrong', () => {
    expect(faultOf(decodeIsolatedRunning([trade, { ...trade, side: 'b' }]))).toBe(
      'GET /v3/futures/isolated/trades/running: [1].side has an unknown value',
    )
    expect(faultOf(decodeIsolatedRunning([{ ...trade, createdAt: 'yesterday' }]))).toBe(
      'GET /v3/futures/isolated/trades/running: [0].createdAt is not a time',
    )
    expect(faultOf(decodeIsolatedRunning({ data: [] }))).toContain('the whole is not a list')
  })

  it('that wait reserve their margin and their maintenance margin', () => {
    const waiting = { ...trade, type: 'limit', running: false, open: true, entryPrice: null, filledAt: null }
    expect(valueOf(decodeIsolatedOpen([waiting, trade]))).toEqual([
      {
        id: 't1',
        mode: 'isolated',
        side: 'long',
        type: 'limit',
        quantityUsd: 1,
        priceUsd: 100_000,
        leverage: 10.37,
        reservedSats: 1100,
        createdAt: Date.UTC(2026, 0, 1),
      },
    ])
  })

  it('that closed come as a page, without the canceled ones', () => {
    const closed = {
      ...trade,
      running: false,
      closed: true,
      closedAt: '2026-01-02T00:00:00.000Z',
      exitPrice: 99_000,
    }
    const canceled = { ...trade, running: false, canceled: true, closedAt: '2026-01-02T00:00:00.000Z' }
    const page = valueOf(
      decodeIsolatedClosed({ data: [closed, canceled], nextCursor: '2026-01-01T00:00:00.000Z' }),
    )
    expect(page.nextCursor).toBe('2026-01-01T00:00:00.000Z')
    expect(page.items).toEqual([
      {
        id: 't1',
        side: 'long',
        quantityUsd: 1,
        entryPriceUsd: 100_000,
        exitPriceUsd: 99_000,
        plSats: -3,
        openingFeeSats: 0,
        closingFeeSats: 0,
        closedAt: Date.UTC(2026, 0, 2),
      },
    ])
  })
})

describe('the cross account', () => {
  it('turns the sign of the quantity into the side', () => {
    const read = valueOf(decodeCrossPosition(cross))
    expect(read).toMatchObject({ marginSats: 1200, leverage: 10, updatedAt: Date.UTC(2026, 7, 9, 5) })
    expect(read.position).toMatchObject({
      id: 'c1',
      mode: 'cross',
      side: 'short',
      quantityUsd: 10_000,
      runningMarginSats: 1000,
      liquidationPriceUsd: 68_000,
      fundingPaidSats: 2,
      exchangePlSats: null,
    })
    expect(valueOf(decodeCrossPosition({ ...cross, quantity: 5 })).position?.side).toBe('long')
  })

  it('has no position when it is flat', () => {
    const flat = { ...cross, quantity: 0, entryPrice: null, liquidation: null }
    expect(valueOf(decodeCrossPosition(flat))).toMatchObject({ position: null, marginSats: 1200 })
  })

  it('says which of its fields is missing', () => {
    expect(faultOf(decodeCrossPosition(without(cross, 'margin')))).toBe(
      'GET /v3/futures/cross/position: margin is missing',
    )
  })

  it('has orders that wait, and fills', () => {
    const waiting = { ...order, type: 'limit', open: true, filled: false, filledAt: null }
    expect(valueOf(decodeCrossOpen([waiting, order]))).toEqual([
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
      },
    ])
    expect(valueOf(decodeCrossFilled({ data: [order], nextCursor: null }))).toEqual({
      items: [
        {
          id: 'be4f36fe',
          side: 'long',
          quantityUsd: 10,
          priceUsd: 77_055,
          feeSats: 12,
          filledAt: Date.UTC(2026, 3, 22, 11, 7, 19, 867),
        },
      ],
      nextCursor: null,
    })
  })

  it('has funding fees without a trade', () => {
    const row = { settlementId: 's', time: '2026-01-01T08:00:00.000Z', fee: -12 }
    expect(valueOf(decodeFundingFees({ data: [row], nextCursor: null }, 'crossFunding')).items).toEqual([
      { settlementId: 's', tradeId: null, at: Date.UTC(2026, 0, 1, 8), feeSats: -12 },
    ])
  })
})

describe('the market', () => {
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

  it('is read with the smallest bucket first and a missing side as null', () => {
    expect(valueOf(decodeTicker(ticker))).toEqual({
      indexUsd: 64_737,
      lastPriceUsd: 64_733,
      funding: { rate: 0.0001, at: Date.UTC(2026, 7, 9, 8) },
      buckets: [
        { minSizeUsd: 0, maxSizeUsd: 1000, bidUsd: 64_723, askUsd: 64_732 },
        { minSizeUsd: 1000, maxSizeUsd: 5000, bidUsd: null, askUsd: 64_740 },
      ],
    })
  })

  it('has no price of zero or below', () => {
    expect(faultOf(decodeTicker({ ...ticker, lastPrice: 0 }))).toBe(
      'GET /v3/futures/ticker: lastPrice is out of range',
    )
  })

  it('has candles', () => {
    const row = { time: '2026-08-09T05:00:00.000Z', open: 2, high: 4, low: 1, close: 3, volume: 669_418 }
    expect(valueOf(decodeCandles({ data: [row], nextCursor: null })).items).toEqual([
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

describe('the rest', () => {
  it("reads the exchange's clock, written as text or as a number", () => {
    expect(valueOf(decodeServerTime({ time: '2026-01-01T00:00:00.000Z' }))).toBe(1_767_225_600_000)
    expect(valueOf(decodeServerTime({ time: 1_767_225_600_000 }))).toBe(1_767_225_600_000)
    expect(faultOf(decodeServerTime({ time: 'now' }))).toContain('GET /v3/time: time')
  })

  it('reads swaps', () => {
    const row = {
      id: 'x',
      createdAt: '2026-01-01T00:00:00.000Z',
      inAmount: 1000,
      inAsset: 'BTC',
      outAmount: 0.65,
      outAsset: 'USD',
    }
    expect(valueOf(decodeSwaps({ data: [row], nextCursor: null })).items[0]).toMatchObject({
      at: 1_767_225_600_000,
    })
  })
})
