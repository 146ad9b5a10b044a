import { canWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import {
  CLOSED_TRADES,
  CROSS_FUNDING,
  ISOLATED_FUNDING,
  type ListingRows,
} from '../../feed/exchange/account-listings.ts'
import { readEveryRow } from '../../feed/exchange/paging.ts'
import {
  closedTradeDocument,
  fundingCsv,
  fundingFeeDocument,
  fundingText,
  historyCsv,
  historyText,
} from '../../output/history.ts'
import { iso } from '../../output/numbers.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FundingDocument, HistoryDocument } from '../../wire/listing.ts'
import type { ConnectionContext } from '../exchange-connection.ts'
import { formatOf } from '../output-format.ts'
import type { Format } from '../output-options.ts'
import { missingPermission } from '../secrets/permissions.ts'
import { sourceSettings } from '../source-settings.ts'
import { type Listings, openListings } from './listings.ts'
import type { ListingOptions } from './options.ts'

const ROWS_PER_PAGE = 1_000
/** A million rows. More than this is a mistake in `--since`, and nothing is printed. */
const MAX_PAGES = 1_000

function pages<T>({ rest }: Listings, sinceMs: number, rows: ListingRows<T>): Promise<readonly T[]> {
  const query = { from: sinceMs, limit: ROWS_PER_PAGE }
  return readEveryRow(rest, { ...rows, query, maxPages: MAX_PAGES, priority: 'high' })
}

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
  const closed = await pages(listings, sinceMs, CLOSED_TRADES)
  const trades = closed.toSorted((a, b) => b.closedAt - a.closedAt).map(closedTradeDocument)
  return { ...headOf(clock, listings, sinceMs), trades }
}

async function readFunding(clock: Clock, listings: Listings, sinceMs: number): Promise<FundingDocument> {
  const isolated = await pages(listings, sinceMs, ISOLATED_FUNDING)
  const cross = await pages(listings, sinceMs, CROSS_FUNDING)
  const all = [
    ...isolated.map(fee => ({ fee, mode: 'isolated' as const })),
    ...cross.map(fee => ({ fee, mode: 'cross' as const })),
  ]
  const sorted = all.toSorted((a, b) => b.fee.at - a.fee.at)
  return {
    ...headOf(clock, listings, sinceMs),
    fees: sorted.map(({ fee, mode }) => fundingFeeDocument(fee, mode)),
  }
}

/** A listing: how to read it, and how to format it as text and CSV. */
interface Listing<Document extends object> {
  readonly name: string
  /** Read permissions that the key must have. */
  readonly permissions: readonly ReadPermission[]
  read(clock: Clock, listings: Listings, sinceMs: number): Promise<Document>
  text(document: Document, width: number): string
  csv(document: Document): string
}

function formatted<Document extends object>(
  listing: Listing<Document>,
  document: Document,
  format: Format,
  width: number,
): string {
  if (format === 'csv') return listing.csv(document)
  return format === 'text' ? listing.text(document, width) : `${JSON.stringify(document)}\n`
}

type ListingCommand = (options: ListingOptions, context: ConnectionContext) => Promise<ExitCode>

function listingCommand<Document extends object>(listing: Listing<Document>): ListingCommand {
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
      return EXIT.done
    } finally {
      listings.close()
    }
  }
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

/** Prints closed isolated trades. */
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
