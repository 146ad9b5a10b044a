import { canWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
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
  const [closed, cross] = await Promise.all([
    readListing(listings, CLOSED_TRADES, { from: sinceMs }),
    readCrossHistory(listings.rest, { sinceMs, maxPages: MAX_PAGES, priority: 'high' }),
  ])
  const crossFills = cross.fills?.toReversed().map(crossFillDocument) ?? null
  return {
    ...headOf(clock, listings, sinceMs),
    trades: closed.rows.toSorted((a, b) => b.closedAt - a.closedAt).map(closedTradeDocument),
    crossFills,
    crossPlSats: cross.plSats,
    crossUnknownReason: cross.unknown?.reason ?? null,
    unreadable: [...unreadableRows('trades', closed), ...unreadableRows('crossFills', cross)],
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
  /** Read permissions that the key must have. */
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
      const { key } = listings
      const missing = listing.permissions.filter(each => key !== null && !key.permissions.includes(each))
      if (missing.length > 0) throw missingPermission(missing, `axisor ${listing.name}`)
      const reading = listing.read(clock, listings, sinceMs).catch(withoutRetryHint)
      const end = await Promise.race([reading, interrupted])
      if (typeof end === 'number') return end
      listings.checkOrigin()
      await terminal.print(formatted(listing, end, format, stdout.columns || 80))
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

/** Replaces hints that describe a monitor that retries: a listing does not. */
function withoutRetryHint(error: unknown): never {
  if (
    !(error instanceof AxisorError) ||
    !error.retryable ||
    !/axisor (waits|retries|tries)/.test(error.hint ?? '')
  )
    throw error
  throw new AxisorError(error.code, error.message, { cause: error, hint: 'Try again later.' })
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
