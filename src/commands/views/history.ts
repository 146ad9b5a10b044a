import { duration } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { canWrite, type ReadPermission } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { FundingFee } from '../../domain/snapshot.ts'
import { type Paging, readPages } from '../../feed/exchange/paging.ts'
import {
  closedTradeDocument,
  fundingCsv,
  fundingFeeDocument,
  fundingText,
  historyCsv,
  historyText,
} from '../../output/history.ts'
import { iso } from '../../output/numbers.ts'
import type { FundingDocument, HistoryDocument } from '../../wire/listing.ts'
import { decodeFundingFees, decodeIsolatedClosed } from '../../wire/lnm/rest-isolated.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { type Format, formatOf } from '../output-format.ts'
import { missingPermission } from '../secrets/permissions.ts'
import { type Listings, openListings, settingsOf } from '../source.ts'

const DAY_MS = 86_400_000
const ROWS_A_PAGE = 1_000
/** A million rows: more than this is a mistake in `--since`, and nothing is printed. */
const MAX_PAGES = 1_000

/** From when on to list. */
function sinceOf({ world, flags: typed }: CommandContext): number {
  const said = typed.since
  const text = typeof said === 'string' ? said : '30d'
  const back = parseSetting({ text, origin: 'flag', place: '--since' }, duration(1_000, 5_000 * DAY_MS))
  return world.clock.nowMs() - back
}

function pages<T>(
  { rest }: Listings,
  since: number,
  what: Pick<Paging<T>, 'route' | 'decode' | 'keyOf'>,
): Promise<readonly T[]> {
  const query = { from: since, limit: ROWS_A_PAGE }
  return readPages(rest, { ...what, query, maxPages: MAX_PAGES, priority: 'high' })
}

function headOf(call: CommandContext, { rest, network, key }: Listings, since: number) {
  return {
    schemaVersion: 1,
    asOf: iso(call.world.clock.nowMs()),
    since: iso(since),
    origin: rest.simulated ? 'simulated' : 'exchange',
    network: rest.simulated ? 'simulator' : network,
    key: { permissions: key?.permissions ?? null, canWrite: key && canWrite(key) },
  } as const
}

async function readHistory(
  call: CommandContext,
  listings: Listings,
  since: number,
): Promise<HistoryDocument> {
  const closed = await pages(listings, since, {
    route: 'isolatedClosed',
    decode: decodeIsolatedClosed,
    keyOf: trade => trade.id,
  })
  const trades = closed.toSorted((a, b) => b.closedAt - a.closedAt).map(closedTradeDocument)
  return { ...headOf(call, listings, since), trades }
}

async function readFunding(
  call: CommandContext,
  listings: Listings,
  since: number,
): Promise<FundingDocument> {
  const fees = async (mode: 'isolated' | 'cross', route: 'isolatedFunding' | 'crossFunding') => {
    const keyOf = (fee: FundingFee): string => `${fee.settlementId}/${fee.tradeId}`
    const rows = await pages(listings, since, {
      route,
      decode: body => decodeFundingFees(body, route),
      keyOf,
    })
    return rows.map(fee => ({ fee, mode }))
  }
  const all = [...(await fees('isolated', 'isolatedFunding')), ...(await fees('cross', 'crossFunding'))]
  const sorted = all.toSorted((a, b) => b.fee.at - a.fee.at)
  return {
    ...headOf(call, listings, since),
    fees: sorted.map(({ fee, mode }) => fundingFeeDocument(fee, mode)),
  }
}

/** A listing: how to read it, and how to write it for a person and for a spreadsheet. */
interface Listing<Document extends object> {
  /** The command, and what its key must be allowed to do. */
  readonly name: string
  readonly needs: readonly ReadPermission[]
  read(call: CommandContext, listings: Listings, since: number): Promise<Document>
  text(document: Document, width: number): string
  csv(document: Document): string
}

function written<Document extends object>(
  listing: Listing<Document>,
  document: Document,
  format: Format,
  width: number,
): string {
  if (format === 'csv') return listing.csv(document)
  return format === 'text' ? listing.text(document, width) : `${JSON.stringify(document)}\n`
}

function commandOf<Document extends object>(listing: Listing<Document>): Command {
  return async (call): Promise<ExitCode> => {
    const { stdout } = call.world.terminal
    const format = formatOf(call.flags, stdout.isTTY)
    const since = sinceOf(call)
    const listings = await openListings(call, await settingsOf(call))
    try {
      const { key } = listings
      const lacking = listing.needs.filter(each => key !== null && !key.permissions.includes(each))
      if (lacking.length > 0) throw missingPermission(lacking, `axisor ${listing.name}`)
      const end = await Promise.race([listing.read(call, listings, since).catch(explained), call.interrupted])
      if (typeof end === 'number') return end
      listings.checkOrigin()
      await call.world.terminal.print(written(listing, end, format, stdout.columns || 80))
      return EXIT.done
    } finally {
      listings.close()
    }
  }
}

/** The hints of the exchange's errors speak of a monitor that goes on trying; a listing does not. */
function explained(error: unknown): never {
  if (!(error instanceof AxisorError) || !error.retryable || !error.hint?.includes('tries again')) throw error
  throw new AxisorError(error.code, error.message, { cause: error, hint: 'Try again later.' })
}

/** Closed isolated trades. */
export const history: Command = commandOf({
  name: 'history',
  needs: ['futures:isolated:read'],
  read: readHistory,
  text: historyText,
  csv: historyCsv,
})

/** Funding, isolated and cross. */
export const funding: Command = commandOf({
  name: 'funding',
  needs: ['futures:isolated:read', 'futures:cross:read'],
  read: readFunding,
  text: fundingText,
  csv: fundingCsv,
})
