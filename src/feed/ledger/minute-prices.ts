import type { Ledger } from '../../ports/ledger.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import type { LedgerSource } from './ledger-source.ts'
import type { WriterLease } from './writer-lease.ts'

const MINUTE_MS = 60_000
/** Public requests are limited to one a second. */
const MAX_PRICES = 60

/** What a reading of prices needs. */
interface PriceDeps {
  readonly rest: LedgerSource
  readonly ledger: Ledger
  readonly writer: string
  readonly lease: WriterLease
}

/**
 * Reads the prices of minutes that the ledger has none of, the newest first and at most `MAX_PRICES`: each is a request. Those that
 * the exchange does not have stay unknown.
 * @throws AxisorError if they can't be read or stored
 */
export async function readPrices(
  minutes: readonly number[],
  { rest, ledger, writer, lease }: PriceDeps,
): Promise<void> {
  const known = new Set((await ledger.read('prices')).map(({ at }) => at))
  const missing = [...new Set(minutes)].filter(at => !known.has(at)).toSorted((a, b) => b - a)
  for (const at of missing.slice(0, MAX_PRICES)) {
    const query = { from: at, limit: 1, range: '1m', to: at + MINUTE_MS - 1 } as const
    const page = await rest.read('candles', decodeCandles, { query, priority: 'low' })
    const candle = page.items.find(({ openedAt }) => openedAt === at)
    await lease.renew()
    if (candle !== undefined)
      await ledger.commit({ rows: { prices: [{ at, closeUsd: candle.closeUsd }] }, writer })
  }
}
