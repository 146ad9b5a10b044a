import { canWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { sumSats } from '../../domain/units.ts'
import { CLOSED_TRADES, CROSS_FUNDING, ISOLATED_FUNDING } from '../../feed/exchange/account-listings.ts'
import { readCrossHistory } from '../../feed/exchange/cross-history.ts'
import type { Listing as ExchangeListing } from '../../feed/exchange/paging.ts'
import { fundingCsv, fundingFeeDocument, fundingText } from '../../output/funding.ts'
import { closedTradeDocument, crossFillDocument, historyCsv, historyText } from '../../output/history.ts'
import { unreadableLine } from '../../output/listing-text.ts'
import { iso } from '../../output/numbers.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FundingDocument, HistoryDocument, UnreadableRowDocument } from '../../wire/listing.ts'
import type { ConnectionContext } from '../exchange-connection.ts'
import { formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { missingPermission } from '../secrets/permissions.ts'
import { sourceSettings } from '../source-settings.ts'
import { type Listings, MAX_PAGES, openListings, readListing } from './listings.ts'
import type { ListingOptions } from './options.ts'

function headOf(clock: Clock, { rest, network, key }: Listings, sinceMs: number) {
  return {
    schemaVersion: 1,
    asOf: iso(clock.nowMs()),
    since: iso(sinceMs),
    origin: rest.simulated ? 'simulated' : 'exchange',
    network: rest.simulated ? 'simulator' : network,
    key: { permissions: key?.permissions ?? null, canWrite: key && canWrite(key) },
  } as const
}

async function readHistory(clock: Clock, listings: Listings, sinceMs: number): Promise<HistoryDocument> {
  const [closed, cross, fundingFees] = await Promise.all([
    readListing(listings, CLOSED_TRADES, { from: sinceMs }),
    readCrossHistory(listings.rest, { sinceMs, maxPages: MAX_PAGES, priority: 'high' }),
    readFundingSum(listings, sinceMs),
  ])
  const trades = closed.rows.toSorted((a, b) => b.closedAt - a.closedAt).map(closedTradeDocument)
  const crossFills = cross.fills?.toReversed().map(crossFillDocument) ?? null
  const unreadable = [...unreadableRows('trades', closed), ...unreadableRows('crossFills', cross)]
  const crossUnknownReason = cross.unknown?.reason ?? null
  const reason = unreadable.length > 0 ? "a row can't be read" : (crossUnknownReason ?? fundingFees.reason)
  return {
    ...headOf(clock, listings, sinceMs),
    trades,
    crossFills,
    crossPlSats: cross.plSats,
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
  sinceMs: number,
): Promise<{ readonly sats: number | null; readonly reason: string | null }> {
  try {
    const lists = [
      await readListing(listings, ISOLATED_FUNDING, { from: sinceMs }),
      await readListing(listings, CROSS_FUNDING, { from: sinceMs }),
    ]
    if (lists.some(({ unreadable }) => unreadable.length > 0))
      return { sats: null, reason: "a funding fee can't be read" }
    return { sats: sumSats(lists.flatMap(({ rows }) => rows.map(fee => fee.feeSats))), reason: null }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { sats: null, reason: `the funding fees can't be read: ${error.message}` }
  }
}

async function readFunding(clock: Clock, listings: Listings, sinceMs: number): Promise<FundingDocument> {
  const isolated = await readListing(listings, ISOLATED_FUNDING, { from: sinceMs })
  const cross = await readListing(listings, CROSS_FUNDING, { from: sinceMs })
  const fees = [
    ...isolated.rows.map(fee => fundingFeeDocument(fee, 'isolated')),
    ...cross.rows.map(fee => fundingFeeDocument(fee, 'cross')),
  ]
  return {
    ...headOf(clock, listings, sinceMs),
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

type ListedDocument = HistoryDocument | FundingDocument

/** A listing: how to read it, and how to format it as text and CSV. */
interface Listing<Document extends ListedDocument> {
  readonly name: string
  /** Permissions of the requests without which nothing is printed. */
  readonly permissions: readonly ReadPermission[]
  read(clock: Clock, listings: Listings, sinceMs: number): Promise<Document>
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
    const sinceMs = clock.nowMs() - options.lookbackMs
    const listings = await openListings(await sourceSettings(options, context), context)
    try {
      const forbidden = missingPermission(listing.permissions, `axisor ${listing.name}`, listings.key)
      const reading = listing.read(clock, listings, sinceMs).catch((error: unknown) => {
        throw failureOf(error, forbidden)
      })
      const end = await Promise.race([reading, interrupted])
      if (typeof end === 'number') return end
      listings.checkOrigin()
      await terminal.print(formatted(listing, end, format, stdout.columns || 80), format)
      if (end.unreadable.length === 0) return EXIT.done
      await terminal.printError(unreadableError(end.unreadable))
      return EXIT.unreadable
    } finally {
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
  text: historyText,
  csv: historyCsv,
})

/** Prints funding fees, isolated and cross. */
export const funding: ListingCommand = listingCommand({
  name: 'funding',
  permissions: ['futures:isolated:read', 'futures:cross:read'],
  read: readFunding,
  text: fundingText,
  csv: fundingCsv,
})
