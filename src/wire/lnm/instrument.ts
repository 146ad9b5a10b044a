/** Fields in which a row may name its market. Rows without any belong to the BTC/USD inverse future. */
const MARKET_FIELDS = ['pair', 'instrument', 'symbol', 'market'] as const

/** Names of the BTC/USD inverse future, without separators, in lower case. */
const OURS: ReadonlySet<string> = new Set([
  'btcusd',
  'xbtusd',
  'inverse',
  'inverseperp',
  'inverseperpetual',
  'inversebtcusd',
  'futures',
  'futuresinversebtcusd',
  'inverseperpbtcusd',
])

/** A name that is not printable is untrusted text. */
const PRINTABLE = /^[\w./:-]{1,40}$/

/**
 * Returns the name of a row's market if it is not the BTC/USD inverse future, which alone is valued: any other future has another
 * formula. Returns null for the BTC/USD inverse future.
 */
export function otherMarketOf(row: object): string | null {
  for (const field of MARKET_FIELDS) {
    const name: unknown = Object.hasOwn(row, field) ? Reflect.get(row, field) : null
    if (name === null || name === undefined) continue
    if (typeof name !== 'string') return 'unknown market'
    if (!OURS.has(name.toLowerCase().replace(/[^a-z0-9]/g, '')))
      return PRINTABLE.test(name) ? name : 'unknown market'
  }
  return null
}
