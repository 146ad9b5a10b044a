import { describe, expect, it } from 'vitest'
import { decodeAccount } from '../../../../src/wire/lnm/rest-account.ts'
import {
  decodeIsolatedClosed,
  decodeIsolatedOpen,
  decodeIsolatedRunning,
} from '../../../../src/wire/lnm/rest-isolated.ts'
import { faultOf, readWell, without } from './unpack.ts'

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

describe('the account', () => {
  it('is read, whatever else the reply holds', () => {
    expect(readWell(decodeAccount({ ...account, novelty: [1] }))).toEqual({
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
    expect(readWell(decodeIsolatedRunning([trade]))).toEqual([
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
    expect(readWell(decodeIsolatedRunning([{ ...trade, open: true }]))).toHaveLength(1)
    expect(readWell(decodeIsolatedRunning([{ ...trade, running: false }]))).toEqual([])
  })

  it('keep a stop-loss, a take-profit, and a liquidation price that is none', () => {
    const [position] = readWell(
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
    expect(readWell(decodeIsolatedRunning([old]))[0]?.openedAt).toBe(Date.UTC(2026, 0, 1))
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
    expect(readWell(decodeIsolatedOpen([waiting, trade]))).toEqual([
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
    const page = readWell(
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
        openedAt: 1767225601000,
        closedAt: Date.UTC(2026, 0, 2),
      },
    ])
  })
})
