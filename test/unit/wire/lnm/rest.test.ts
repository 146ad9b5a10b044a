import { describe, expect, it } from 'vitest'
import { decodeAccount } from '../../../../src/wire/lnm/rest-account.ts'
import {
  decodeIsolatedClosed,
  decodeIsolatedOpen,
  decodeIsolatedRunning,
} from '../../../../src/wire/lnm/rest-isolated.ts'
import { decodedValue, faultOf, readableValue, without } from './unpack.ts'

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

describe('account', () => {
  it('is decoded, ignoring unknown fields', () => {
    expect(readableValue(decodeAccount({ ...account, novelty: [1] }))).toEqual({
      username: 'satoshi',
      balanceSats: 2_015_086,
      syntheticUsdBalance: 2.5,
      feeTier: 0,
    })
  })

  it('names the route and the field that is missing, null or of the wrong type', () => {
    expect(faultOf(decodeAccount(without(account, 'balance')))).toBe('GET /v3/account: balance is missing')
    expect(faultOf(decodeAccount({ ...account, balance: null }))).toBe('GET /v3/account: balance is null')
    expect(faultOf(decodeAccount({ ...account, balance: 'much' }))).toBe(
      'GET /v3/account: balance is not a number',
    )
    expect(faultOf(decodeAccount('pong'))).toBe('GET /v3/account: the row is not an object')
  })

  it.each([
    ['a number in a string', '12', 12, 'is a number in a string'],
    ['a fraction of a satoshi', 1.5, 2, 'has a fraction'],
    ['a fraction in a string', '1.4', 1, 'has a fraction'],
  ])('reads %s and counts it as a fault', (_, balance, balanceSats, problem) => {
    expect(decodedValue(decodeAccount({ ...account, balance }))).toMatchObject({
      value: { balanceSats },
      faults: [{ id: null, field: 'balance', problem }],
    })
  })

  it('is read without a name and a fee tier, and never repeats an invalid value', () => {
    const odd = decodeAccount({ ...account, username: { passphrase: 'hunter2' }, feeTier: null })
    expect(decodedValue(odd)).toMatchObject({ value: { username: null, feeTier: null } })
    expect(JSON.stringify(odd)).not.toContain('hunter2')
  })
})

describe('isolated trades', () => {
  it('are decoded: buy is long, 0 is no stop, received funding is negative', () => {
    expect(readableValue(decodeIsolatedRunning([trade]))).toEqual([
      {
        id: 't1',
        mode: 'isolated',
        side: 'long',
        quantityUsd: 1,
        entryPriceUsd: 100_000,
        entryCandidates: { priceUsd: 100_000, entryPriceUsd: 100_000 },
        entrySource: 'same',
        marginSats: 1000,
        entryMarginSats: 1000,
        maintenanceMarginSats: 100,
        runningMarginSats: null,
        leverage: 10.37,
        liquidationPriceUsd: 90_000,
        stopLossUsd: null,
        stopLossTrailingDistance: 0.1,
        takeProfitUsd: null,
        exchangePlSats: -3,
        fundingPaidSats: -7,
        openingFeeSats: 0,
        cashInMarginSats: 0,
        cashInPlSats: 0,
        openedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
        otherMarket: null,
      },
    ])
  })

  it('count once if listed twice, and are unreadable if rows of the same id differ', () => {
    const other = { ...trade, id: 'other' }
    const fault = { id: trade.id, field: 'id', problem: 'occurs twice' }
    expect(decodeIsolatedRunning([trade, other, { ...trade }])).toMatchObject({
      ok: true,
      value: { value: [{ id: trade.id }, { id: 'other' }], unreadable: [], faults: [fault] },
    })
    expect(decodeIsolatedRunning([trade, other, { ...trade, liquidation: 1_000 }])).toMatchObject({
      ok: true,
      value: { value: [{ id: 'other' }], unreadable: [fault], faults: [fault] },
    })
  })

  it('are filtered by `running`, not by `open`', () => {
    expect(readableValue(decodeIsolatedRunning([{ ...trade, open: true }]))).toHaveLength(1)
    const ended = { ...trade, running: false, closed: true }
    expect(decodedValue(decodeIsolatedRunning([ended]))).toEqual({ value: [], unreadable: [], faults: [] })
  })

  it('decode a stop-loss, a take-profit, and liquidation price 0 as null', () => {
    const [position] = readableValue(
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

  it('are decoded without optional fields', () => {
    const old = without(
      without(without(trade, 'sumCashInPl') as typeof trade, 'entryMargin') as typeof trade,
      'filledAt',
    )
    expect(readableValue(decodeIsolatedRunning([old]))[0]?.openedAt).toBe(Date.UTC(2026, 0, 1))
  })

  it('keep both candidates for the entry, and P&L counts from `price` until evidence decides', () => {
    const [moved] = readableValue(decodeIsolatedRunning([{ ...trade, price: 104_000 }]))
    expect(moved).toMatchObject({
      entryPriceUsd: 104_000,
      entryCandidates: { priceUsd: 104_000, entryPriceUsd: 100_000 },
      entrySource: 'undecided',
    })
    const [single] = readableValue(decodeIsolatedRunning([{ ...trade, entryPrice: null }]))
    expect(single).toMatchObject({ entryPriceUsd: 100_000, entrySource: 'price' })
  })

  it('decode a trailing distance of 0 as a fixed stop-loss, and absent cash-ins as null', () => {
    const fixed = { ...without(trade, 'sumCashInMargin'), stoploss: 95_000, stoplossTrailingDistance: 0 }
    const [position] = readableValue(decodeIsolatedRunning([fixed]))
    expect(position).toMatchObject({
      stopLossUsd: 95_000,
      stopLossTrailingDistance: null,
      cashInMarginSats: null,
      cashInPlSats: 0,
    })
  })

  it.each([
    ['side', 'b', 'has an unknown value'],
    ['quantity', null, 'is null'],
    ['liquidation', {}, 'is not a number'],
    ['liquidation', null, 'is null'],
  ])('without a readable %s (%j) are left out and named', (field, value, problem) => {
    const other = { ...trade, id: 't2', [field]: value }
    const read = decodedValue(decodeIsolatedRunning([trade, other]))
    expect(read.value.map(({ id }) => id)).toEqual(['t1'])
    expect(read.unreadable).toEqual([{ id: 't2', field, problem }])
  })

  it('are read without a field that is only shown', () => {
    const read = decodedValue(decodeIsolatedRunning([{ ...trade, createdAt: 'yesterday', filledAt: null }]))
    expect(read.value).toMatchObject([{ id: 't1', openedAt: null }])
    expect(read.faults).toEqual([{ id: 't1', field: 'createdAt', problem: 'is not an ISO 8601 time' }])
  })

  it('of quantity 0 have no effect and are named', () => {
    const read = decodedValue(decodeIsolatedRunning([trade, { ...trade, id: 't2', quantity: 0, margin: 0 }]))
    expect(read).toMatchObject({ value: [{ id: 't1' }], unreadable: [], faults: [{ id: 't2' }] })
  })

  it.each([
    [{ running: false }, 'running', 'is false in the list of running trades'],
    [{ closed: true }, 'running', 'is true for a trade that has ended'],
    [{ canceled: true }, 'running', 'is true for a trade that has ended'],
    [{ quantity: 0 }, 'quantity', 'is 0 beside a margin'],
    [{ quantity: 0.4 }, 'quantity', 'is not an integer'],
    [{ liquidation: 1e300 }, 'liquidation', 'is out of range'],
  ])('that contradict themselves are unreadable: %j', (change, field, problem) => {
    const read = decodedValue(decodeIsolatedRunning([{ ...trade, ...change }]))
    expect(read).toMatchObject({ value: [], unreadable: [{ id: 't1', field, problem }] })
  })

  it.each([
    [{ pair: 'eth_usd' }, 'eth_usd'],
    [{ instrument: 'linear_perp' }, 'linear_perp'],
    [{ symbol: 7 }, 'unknown market'],
    [{ market: '\u001b[2J' }, 'unknown market'],
    [{ pair: 'btc_usd', instrument: 'inverse_perp', market: null }, null],
  ])('name their market if it is another one: %j', (fields, otherMarket) => {
    expect(readableValue(decodeIsolatedRunning([{ ...trade, ...fields }]))).toMatchObject([{ otherMarket }])
  })

  it('are a fault if the reply is no list', () => {
    expect(faultOf(decodeIsolatedRunning({ data: [] }))).toContain('the top-level value is not an array')
  })

  it('that are open reserve margin plus maintenance margin', () => {
    const openTrade = {
      ...trade,
      type: 'limit',
      running: false,
      open: true,
      entryPrice: null,
      filledAt: null,
    }
    expect(readableValue(decodeIsolatedOpen([openTrade, trade]))).toEqual([
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
        otherMarket: null,
      },
    ])
  })

  it.each([
    ['closedAt', { closedAt: null }, 'is null'],
    ['closed', { closed: false }, 'has an unknown value'],
    ['pl', { pl: '3 sat' }, 'is not a number'],
  ])('that are closed and unreadable are named by %s', (field, change, problem) => {
    const closed = { ...trade, running: false, closed: true, closedAt: '2026-01-02T00:00:00.000Z', ...change }
    const page = decodedValue(decodeIsolatedClosed({ data: [closed, null], nextCursor: null }))
    expect(page.items).toEqual([])
    expect(page.rowCount).toBe(2)
    expect(page.unreadable).toMatchObject([
      { id: 't1', field, problem },
      { id: null, field: 'the top-level value', problem: 'is null' },
    ])
  })

  it('that are closed come as a page, without canceled ones', () => {
    const closed = {
      ...trade,
      running: false,
      closed: true,
      closedAt: '2026-01-02T00:00:00.000Z',
      exitPrice: 99_000,
    }
    const canceled = { ...trade, running: false, canceled: true, closedAt: '2026-01-02T00:00:00.000Z' }
    const body = { data: [closed, canceled], nextCursor: '2026-01-01T00:00:00.000Z' }
    const page = decodedValue(decodeIsolatedClosed(body))
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
        ...{ marginSats: 1000, liquidationPriceUsd: 90_000, stopLossUsd: null, takeProfitUsd: null },
        openedAt: 1767225601000,
        closedAt: Date.UTC(2026, 0, 2),
      },
    ])
  })
})
