import { AxisorError } from '../../domain/error.ts'
import type { Bucket, Ticker } from '../../domain/market.ts'
import type { Position } from '../../domain/position.ts'
import { unspentReserveSats } from '../../domain/reserve.ts'
import { usd } from '../../domain/units.ts'
import { closingPriceUsd, plSats, usdToSats } from '../../domain/valuation.ts'
import type { AccountState, CrossTotals } from '../../ledger/account-state.ts'
import type { TradeRow } from '../../ledger/rows.ts'
import { type Decoded, decoded } from '../../wire/decoded.ts'
import { decodeUnfinishedTrades } from '../../wire/lnm/ledger-trades.ts'
import { decodeAccountFunds } from '../../wire/lnm/ledger-wallet.ts'
import { unreadableRowText } from '../../wire/lnm/page.ts'
import { decodeIsolatedOpen, decodeIsolatedRunning } from '../../wire/lnm/rest-isolated.ts'
import { decodeTicker } from '../../wire/lnm/rest-market.ts'
import { ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import type { LedgerSource } from './ledger-source.ts'
import { decodeStatedCross } from './stated-cross.ts'

/** A list of trades, decoded for the books and as a monitor reads it. */
interface TradeList<T> {
  readonly rows: readonly TradeRow[]
  readonly items: readonly T[]
}

/** Decodes a list twice. Every row is needed: a sum over the others would be wrong. */
function decodeTrades<T>(
  body: unknown,
  route: 'isolatedRunning' | 'isolatedOpen',
  items: Decoded<{ readonly value: readonly T[] }>,
): Decoded<TradeList<T>> {
  const rows = decodeUnfinishedTrades(body, route)
  if (!rows.ok) return rows
  if (!items.ok) return items
  const [unread] = rows.value.unreadable
  if (unread === undefined) return { ok: true, value: { rows: rows.value.items, items: items.value.value } }
  return { ok: false, fault: { where: ROUTES[route].label, message: unreadableRowText(unread) } }
}

/** Decodes the cross account, whose position is needed too. */
function decodeCrossFunds(
  body: unknown,
): Decoded<{ readonly totals: CrossTotals; readonly position: Position | null }> {
  const cross = decodeStatedCross(body)
  if (!cross.ok) return cross
  const { totals, account } = cross.value
  return account.ok ? decoded({ totals, position: account.value.value.position }) : account
}

/** Reads the funds of an account, each part with one request. */
export class AccountReader {
  readonly #rest: LedgerSource

  constructor(rest: LedgerSource) {
    this.#rest = rest
  }

  /**
   * Reads the funds. `dollarUnit` is the value of one unit of synthetic dollars, 1 or 0.01; null if unknown.
   * @throws AxisorError if a part can't be read as a whole
   */
  async read(dollarUnit: number | null): Promise<AccountState> {
    const priority = 'low'
    const read = <T>(name: RouteName, decode: (body: unknown) => Decoded<T>): Promise<T> =>
      this.#rest.read(name, decode, { priority })
    const [account, running, open, { totals, position }, ticker] = await Promise.all([
      read('account', decodeAccountFunds),
      read('isolatedRunning', body => decodeTrades(body, 'isolatedRunning', decodeIsolatedRunning(body))),
      read('isolatedOpen', body => decodeTrades(body, 'isolatedOpen', decodeIsolatedOpen(body))),
      read('crossPosition', decodeCrossFunds),
      this.#ticker(),
    ])
    const reserves = [
      ...running.items.flatMap(trade => [trade.marginSats, unspentReserveSats(trade)]),
      ...open.items.map(({ reservedSats }) => reservedSats),
    ]
    const isolatedSats = sumOf(reserves)
    if (isolatedSats === null)
      throw new AxisorError('unreadable', 'the margin or reserve of an isolated trade is missing')
    const pl =
      ticker && unrealizedOf([...running.items, ...(position === null ? [] : [position])], ticker.buckets)
    const synthetic = account.syntheticUsd === 0 ? 0 : syntheticSats(account.syntheticUsd, dollarUnit, ticker)
    return {
      at: this.#rest.exchangeClock.nowMs(),
      balanceSats: account.balanceSats,
      syntheticUsd: account.syntheticUsd,
      isolatedSats,
      unfinished: [...running.rows, ...open.rows],
      cross: totals,
      equitySats: sumOf([account.balanceSats, isolatedSats, totals.marginSats, synthetic, pl]),
    }
  }

  /** Without prices the equity is unknown, and everything else is not. */
  async #ticker(): Promise<Ticker | null> {
    try {
      const { value } = await this.#rest.read('ticker', decodeTicker, { priority: 'low' })
      return value.ticker
    } catch (error) {
      if (error instanceof AxisorError) return null
      throw error
    }
  }
}

function unrealizedOf(positions: readonly Position[], buckets: readonly Bucket[] | null): number | null {
  return sumOf(
    positions.map(({ side, quantityUsd, entryPriceUsd }) => {
      const mark = buckets === null ? null : closingPriceUsd(buckets, side, quantityUsd)
      return mark === null || entryPriceUsd === null ? null : plSats(side, quantityUsd, entryPriceUsd, mark)
    }),
  )
}

function syntheticSats(amount: number, dollarUnit: number | null, ticker: Ticker | null): number | null {
  const index = ticker?.indexUsd ?? null
  return dollarUnit === null || index === null ? null : usdToSats(usd(amount * dollarUnit), index)
}

function sumOf(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0)
}
