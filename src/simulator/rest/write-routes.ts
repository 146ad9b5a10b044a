const POSTS = [
  'futures/isolated/trade',
  'futures/isolated/trade/close',
  'futures/isolated/trade/cancel',
  'futures/isolated/trades/cancel-all',
  'futures/isolated/trade/add-margin',
  'futures/isolated/trade/cash-in',
  'futures/cross/order',
  'futures/cross/order/cancel',
  'futures/cross/orders/cancel-all',
  'futures/cross/position/close',
  'futures/cross/deposit',
  'futures/cross/withdraw',
  'account/deposit/lightning',
  'account/withdraw/lightning',
  'account/withdraw/on-chain',
  'account/address/bitcoin',
  'synthetic-usd/swap',
]

const PUTS = [
  'futures/isolated/trade/stoploss',
  'futures/isolated/trade/takeprofit',
  'futures/cross/leverage',
  'account/notifications',
]

const DELETES = ['futures/isolated/trade/stoploss', 'futures/isolated/trade/takeprofit']

const ALL: ReadonlySet<string> = new Set([
  ...POSTS.map(path => `POST /v3/${path}`),
  ...PUTS.map(path => `PUT /v3/${path}`),
  ...DELETES.map(path => `DELETE /v3/${path}`),
])

/** True for requests that change state on the real exchange (reference 4.6). The simulator rejects them for every key. */
export function isWriteRoute(method: string, path: string): boolean {
  return ALL.has(`${method.toUpperCase()} ${path}`)
}
