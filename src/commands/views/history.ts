import { canWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { sumKnownSats, sumSats } from '../../domain/units.ts'
import { CLOSED_TRADES, CROSS_FUNDING, ISOLATED_FUNDING } from '../../feed/exchange/account-listings.ts'
import { readCrossHistory } from '../../feed/exchange/cross-history.ts'
import type { Listing as ExchangeListing } from '../../feed/exchange/paging.ts'
import { Zone } from '../../ledger/periods.ts'
import { fundingCsv, fundingFeeDocument, fundingText } from '../../output/funding.ts'
import { closedTradeDocument, crossFillDocument, historyCsv, historyText } from '../../output/history.ts'
import { unreadableLine } from '../../output/listing-text.ts'
import { iso } from '../../output/numbers.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FundingDocument, HistoryDocument, UnreadableRowDocument } from '../../wire/listing.ts'
import type { ConnectionContext } from '../exchange-connection.ts'
import { formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { openProgress } from '../progress.ts'
import { missingPermission } from '../secrets/permissions.ts'
import { sourceSettings } from '../source-settings.ts'
import { timeRangeOf } from '../time-range.ts'
import { type Listings, MAX_PAGES, openListings, readListing } from './listings.ts'
import type { ListingOptions } from './options.ts'

const DEFAULT_LOOKBACK_MS = 30 * 86_400_000

/** A range, ms since 1970, both inclusive. */
interface ListedRange {
  readonly from: number
  readonly to: number
}

function listedRange(flags: ListingOptions, clock: Clock): ListedRange {
  const now = clock.nowMs()
  const { lookbackMs, from, to } = flags
  const range = timeRangeOf({ lookbackMs, from, to }, new Zone('UTC'), now)
  return { ...range, from: range.from ?? Math.min(range.to, now) - DEFAULT_LOOKBACK_MS }
}

function headOf(clock: Clock, { rest, network, key }: Listings, { from, to }: ListedRange) {
  return {
    schemaVersion: 1,
    asOf: iso(clock.nowMs()),
    since: iso(from),
    to: iso(to),
    truncated: false,
    origin: rest.simulated ? 'simulated' : 'exchange',
    network: rest.simulated ? 'simulator' : network,
    key: { permissions: key?.permissions ?? null, canWrite: key && canWrite(key) },
  } as const
}

async function readHistory(clock: Clock, listings: Listings, range: ListedRange): Promise<HistoryDocument> {
  const { from, to } = range
  const [closed, cross, fundingFees] = await Promise.all([
    readListing(listings, CLOSED_TRADES, range),
    readCrossHistory(listings.rest, { sinceMs: from, maxPages: MAX_PAGES, priority: 'high' }),
    readFundingSum(listings, range),
  ])
  const trades = closed.rows.toSorted((a, b) => b.closedAt - a.closedAt).map(closedTradeDocument)
  const fills = cross.fills?.filter(({ fill }) => fill.filledAt <= to) ?? null
  const crossFills = fills?.toReversed().map(crossFillDocument) ?? null
  const crossPlSats = fills === null ? null : sumKnownSats(fills.map(({ plSats }) => plSats))
  const unreadable = [...unreadableRows('trades', closed), ...unreadableRows('crossFills', cross)]
  const crossUnknownReason = crossPlSats === null ? (cross.unknown?.reason ?? null) : null
  const reason = unreadable.length > 0 ? "a row can't be read" : (crossUnknownReason ?? fundingFees.reason)
  return {
    ...headOf(clock, listings, range),
    trades,
    crossFills,
    crossPlSats,
    crossUnknownReason,
    fundingFeesSats: fundingFees.sats,
    netPlSats: reason === null ? netPl(trades, crossFills ?? [], fundingFees.sats ?? 0) : null,
    netUnknownReason: reason,
    unreadable,
  }
}

function netPl(
  trades: HistoryDocument['trades'],
  crossFills: NonNullable<HistoryDocument['crossFills']>,
  fundingFeesSats: number,
): number {
  const ofTrades = trades.reduce((sum, row) => sum + row.plSats - row.openingFeeSats - row.closingFeeSats, 0)
  const ofFills = crossFills.reduce((sum, row) => sum + (row.plSats ?? 0) - row.feeSats, 0)
  return ofTrades + ofFills - fundingFeesSats
}

/** The sum of all funding fees since a time, positive = paid, or why it is unknown: the listed trades are printed all the same. */
async function readFundingSum(
  listings: Listings,
  range: ListedRange,
): Promise<{ readonly sats: number | null; readonly reason: string | null }> {
  try {
    const lists = [
      await readListing(listings, ISOLATED_FUNDING, range),
      await readListing(listings, CROSS_FUNDING, range),
    ]
    if (lists.some(({ unreadable }) => unreadable.length > 0))
      return { sats: null, reason: "a funding fee can't be read" }
    return { sats: sumSats(lists.flatMap(({ rows }) => rows.map(fee => fee.feeSats))), reason: null }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { sats: null, reason: `the funding fees can't be read: ${error.message}` }
  }
}

async function readFunding(clock: Clock, listings: Listings, range: ListedRange): Promise<FundingDocument> {
  const isolated = await readListing(listings, ISOLATED_FUNDING, range)
  const cross = await readListing(listings, CROSS_FUNDING, range)
  const fees = [
    ...isolated.rows.map(fee => fundingFeeDocument(fee, 'isolated')),
    ...cross.rows.map(fee => fundingFeeDocument(fee, 'cross')),
  ]
  return {
    ...headOf(clock, listings, range),
    fees: fees.toSorted((a, b) => b.at.localeCompare(a.at)),
    unreadable: [...unreadableRows('isolatedFees', isolated), ...unreadableRows('crossFees', cross)],
  }
}

function unreadableRows(
  list: UnreadableRowDocument['list'],
  { unreadable }: Pick<ExchangeListing<unknown>, 'unreadable'>,
): readonly UnreadableRowDocument[] {
  return unreadable.map(({ id, field, problem }) => ({ list, id, field, problem }))
}

/** The newest trades and fills together, as many as the limit. */
function limitedHistory(document: HistoryDocument, limit: number): HistoryDocument {
  const { trades, crossFills } = document
  const times = [...trades.map(row => row.closedAt), ...(crossFills ?? []).map(row => row.filledAt)]
  const newest = times.toSorted().toReversed()
  let tradeCount = 0
  while (tradeCount < trades.length && isAmong(newest, limit, trades[tradeCount]?.closedAt)) tradeCount += 1
  const shownTrades = trades.slice(0, Math.min(tradeCount, limit))
  const shownFills = crossFills?.slice(0, limit - shownTrades.length) ?? null
  return { ...document, trades: shownTrades, crossFills: shownFills, truncated: times.length > limit }
}

function isAmong(newest: readonly string[], limit: number, time: string | undefined): boolean {
  const last = newest[limit - 1]
  return time !== undefined && (last === undefined || time >= last)
}

type ListedDocument = HistoryDocument | FundingDocument

/** A listing: how to read it, and how to format it as text and CSV. */
interface Listing<Document extends ListedDocument> {
  readonly name: string
  /** Permissions of the requests without which nothing is printed. */
  readonly permissions: readonly ReadPermission[]
  read(clock: Clock, listings: Listings, range: ListedRange): Promise<Document>
  /** The newest rows only. */
  limited(document: Document, limit: number): Document
  text(document: Document, width: number): string
  csv(document: Document): string
}

function formatted<Document extends ListedDocument>(
  listing: Listing<Document>,
  document: Document,
  format: Format,
  width: number,
): string {
  if (format === 'csv') return listing.csv(document)
  return format === 'text' ? listing.text(document, width) : `${JSON.stringify(document)}\n`
}

type ListingCommand = (options: ListingOptions, context: ConnectionContext) => Promise<ExitCode>

function listingCommand<Document extends ListedDocument>(listing: Listing<Document>): ListingCommand {
  return async (options, context) => {
    const { clock, terminal, interrupted } = context
    const { stdout } = terminal
    const format = formatOf(options, stdout.isTTY)
    const range = listedRange(options, clock)
    const { limit } = options
    const settings = await sourceSettings(options, context)
    const listings = await openListings(settings, context)
    const progress = openProgress(context)
    try {
      const forbidden = missingPermission(listing.permissions, `axisor ${listing.name}`, listings.key)
      const reading = listing.read(clock, listings, range).catch((error: unknown) => {
        throw failureOf(error, forbidden)
      })
      const end = await Promise.race([reading, interrupted])
      if (typeof end === 'number') return end
      listings.checkOrigin()
      const document = limit === null ? end : listing.limited(end, limit)
      await terminal.print(formatted(listing, document, format, stdout.columns || 80), format)
      if (end.unreadable.length === 0) return EXIT.done
      await terminal.printError(unreadableError(end.unreadable))
      return EXIT.unreadable
    } finally {
      progress.close()
      listings.close()
    }
  }
}

const MAX_NAMED_ROWS = 10

/** Returns one line for each unreadable row, up to `MAX_NAMED_ROWS`. */
function unreadableError(rows: readonly UnreadableRowDocument[]): string {
  const lines = rows.slice(0, MAX_NAMED_ROWS).map(unreadableLine)
  const more = rows.length - lines.length
  return [
    ...lines.map(line => `axisor: ${sanitize(line)}; this row is not printed\n`),
    ...(more > 0 ? [`axisor: ${more} more unreadable rows are not printed\n`] : []),
  ].join('')
}

/** Explains a 403 by the key's permissions, and replaces hints that describe a monitor that retries: a listing does not. */
function failureOf(error: unknown, forbidden: AxisorError): unknown {
  if (!(error instanceof AxisorError)) return error
  if (error.code === 'missing-permission') return forbidden
  if (!error.retryable || !/axisor (waits|retries|tries)/.test(error.hint ?? '')) return error
  return new AxisorError(error.code, error.message, { cause: error, hint: 'Try again later.' })
}

/** Prints closed isolated trades and cross fills. */
export const history: ListingCommand = listingCommand({
  name: 'history',
  permissions: ['futures:isolated:read'],
  read: readHistory,
  limited: limitedHistory,
  text: historyText,
  csv: historyCsv,
})

/** Prints funding fees, isolated and cross. */
export const funding: ListingCommand = listingCommand({
  name: 'funding',
  permissions: ['futures:isolated:read', 'futures:cross:read'],
  read: readFunding,
  limited: (document, limit) => {
    const { fees } = document
    return { ...document, fees: fees.slice(0, limit), truncated: fees.length > limit }
  },
  text: fundingText,
  csv: fundingCsv,
})
