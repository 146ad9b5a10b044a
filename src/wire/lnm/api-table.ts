import type { ReadPermission } from '../../domain/account.ts'

/** The path of a route or the name of a topic, and the scope that a key needs for it; null if it is public. */
export type ApiEntry = readonly [name: string, scope: ReadPermission | null]

/** The routes and topics of one generation of the exchange's API. */
interface ApiTable {
  /** Path before each route. */
  readonly basePath: string
  readonly routes: Readonly<Record<string, ApiEntry>>
  /** Topics other than candles. */
  readonly topics: Readonly<Record<string, ApiEntry>>
  /** A candle topic is this prefix and a range. */
  readonly candlePrefix: string
}

const ISOLATED = 'futures:isolated:read'
const CROSS = 'futures:cross:read'
const BTC_USD = 'futures/inverse/btc_usd'

/**
 * REST v3 and Stream v1: everything that axisor requests and subscribes to. A new generation of the API is a new table; its names are not
 * known yet, and are not guessed.
 */
export const API = {
  basePath: '/v3',
  routes: {
    time: ['/time', null],
    ticker: ['/futures/ticker', null],
    candles: ['/futures/candles', null],
    settlements: ['/futures/funding-settlements', null],
    account: ['/account', 'account:read'],
    depositsLightning: ['/account/deposits/lightning', 'account:deposits:read'],
    depositsOnChain: ['/account/deposits/on-chain', 'account:deposits:read'],
    withdrawalsLightning: ['/account/withdrawals/lightning', 'account:withdrawals:read'],
    withdrawalsOnChain: ['/account/withdrawals/on-chain', 'account:withdrawals:read'],
    isolatedRunning: ['/futures/isolated/trades/running', ISOLATED],
    isolatedOpen: ['/futures/isolated/trades/open', ISOLATED],
    isolatedClosed: ['/futures/isolated/trades/closed', ISOLATED],
    isolatedCanceled: ['/futures/isolated/trades/canceled', ISOLATED],
    isolatedFunding: ['/futures/isolated/funding-fees', ISOLATED],
    crossPosition: ['/futures/cross/position', CROSS],
    crossOpen: ['/futures/cross/orders/open', CROSS],
    crossFilled: ['/futures/cross/orders/filled', CROSS],
    crossTransfers: ['/futures/cross/transfers', CROSS],
    crossFunding: ['/futures/cross/funding-fees', CROSS],
    swaps: ['/synthetic-usd/swaps', 'synthetic-usd:read'],
  },
  topics: {
    announcements: ['announcements', null],
    ticker: [`${BTC_USD}/ticker`, null],
    lastPrice: [`${BTC_USD}/lastPrice`, null],
    index: [`${BTC_USD}/index`, null],
    buckets: [`${BTC_USD}/buckets`, null],
    funding: [`${BTC_USD}/funding`, null],
    deposit: ['wallet/deposit', 'account:deposits:read'],
    withdrawal: ['wallet/withdrawal', 'account:withdrawals:read'],
    isolatedTrades: [`${BTC_USD}/isolated/trades`, ISOLATED],
    crossOrders: [`${BTC_USD}/cross/orders`, CROSS],
    crossPosition: [`${BTC_USD}/cross/position`, CROSS],
  },
  candlePrefix: `${BTC_USD}/ohlc/`,
} as const satisfies ApiTable
