import { quantityBefore, type ReplayedFill, replayCrossFills, wasFlatBy } from '../../domain/cross-replay.ts'
import { AxisorError } from '../../domain/error.ts'
import type { CrossFill } from '../../domain/snapshot.ts'
import { type Sats, sumSats } from '../../domain/units.ts'
import type { UnreadableRow } from '../../wire/lnm/page.ts'
import { decodeCrossPosition } from '../../wire/lnm/rest-cross.ts'
import { CROSS_FILLS } from './account-listings.ts'
import type { Priority } from './budget.ts'
import { type Listing, readPages } from './paging.ts'
import type { RestClient } from './rest-client.ts'

const ROWS_PER_PAGE = 1_000
/** A fill may be listed this long after the position shows it. */
export const LISTING_DELAY_MS = 10_000
/** The position may change while its fills are read; then both are read again. */
const ATTEMPTS = 2

/** Why a P&L is unknown, and when another read may find it. */
interface UnknownPl {
  readonly reason: string
  /** `soon`: after `LISTING_DELAY_MS`. */
  readonly retry: 'soon' | 'later' | 'never'
}

/** The fills of the cross position since a moment. */
export interface CrossHistory {
  /** Oldest first; null if the key may not read them. */
  readonly fills: readonly ReplayedFill[] | null
  /** Realized P&L of all fills, gross; null if that of any fill is unknown. */
  readonly plSats: Sats | null
  /** Why `fills` or `plSats` is null. */
  readonly unknown: UnknownPl | null
  readonly unreadable: readonly UnreadableRow[]
}

/** The position as read, or why it is unknown. */
type PositionRead =
  | { readonly quantityUsd: number; readonly updatedAt: number | null }
  | { readonly unknown: UnknownPl }

/** Fills, newest first. */
interface FillListing extends Listing<CrossFill> {
  /** True if the exchange lists more fills than were read. */
  readonly isCutOff: boolean
}

/** How far back to read. */
export interface CrossHistoryOptions {
  /** The earliest time of the returned fills, ms since 1970. */
  readonly sinceMs: number
  /** Maximum number of pages. The P&L of a position that was not flat within them is unknown. */
  readonly maxPages: number
  readonly priority: Priority
}

/**
 * Reads the fills since `sinceMs`, and as many earlier ones as the replay of their P&L needs: back to the last moment at which the
 * position was flat.
 * @throws AxisorError if the fills since `sinceMs` can't be read, unless the key lacks the permission
 */
export async function readCrossHistory(
  rest: RestClient,
  options: CrossHistoryOptions,
): Promise<CrossHistory> {
  try {
    return await readWithPosition(rest, options)
  } catch (error) {
    if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
    const unknown = { reason: error.message, retry: 'later' } as const
    return { fills: null, plSats: null, unknown, unreadable: [] }
  }
}

async function readWithPosition(rest: RestClient, options: CrossHistoryOptions): Promise<CrossHistory> {
  let position = await readPosition(rest, options.priority)
  for (let attempt = 1; ; attempt += 1) {
    const listing = await readFills(rest, position, options)
    const after = await readPosition(rest, options.priority)
    const isSame = JSON.stringify(after) === JSON.stringify(position)
    if (isSame) return crossHistory(listing, settled(listing, after, rest.exchangeClock.nowMs()), options)
    if (attempt === ATTEMPTS) return crossHistory(listing, { unknown: CHANGES }, options)
    position = after
  }
}

const CHANGES: UnknownPl = {
  reason: 'the cross position changes while its fills are read; try again',
  retry: 'soon',
}

async function readPosition(rest: RestClient, priority: Priority): Promise<PositionRead> {
  try {
    const { value } = await rest.read('crossPosition', decodeCrossPosition, { priority })
    const { position, updatedAt } = value
    const sign = position?.side === 'short' ? -1 : 1
    return { quantityUsd: position === null ? 0 : sign * position.quantityUsd, updatedAt }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { unknown: { reason: `the cross position can't be read: ${error.message}`, retry: 'later' } }
  }
}

async function readFills(
  rest: RestClient,
  position: PositionRead,
  { sinceMs, maxPages, priority }: CrossHistoryOptions,
): Promise<FillListing> {
  let pages = 0
  let isCutOff = false
  const listing = await readPages(rest, {
    ...CROSS_FILLS,
    query: { limit: ROWS_PER_PAGE },
    maxPages,
    priority,
    isEnough: fills => {
      pages += 1
      if (isEnough(fills, position, sinceMs)) return true
      isCutOff = pages >= maxPages && fills.some(fill => fill.filledAt < sinceMs)
      return isCutOff
    },
  })
  return { ...listing, isCutOff }
}

function isEnough(fills: readonly CrossFill[], position: PositionRead, sinceMs: number): boolean {
  if ('unknown' in position) return fills.some(fill => fill.filledAt < sinceMs)
  return wasFlatBy(fills.toReversed(), position.quantityUsd, sinceMs)
}

/** The position, or why it does not belong to the listed fills. */
function settled({ rows, unreadable }: FillListing, position: PositionRead, now: number): PositionRead {
  if ('unknown' in position) return position
  if (unreadable.length > 0) return { unknown: { reason: "a cross fill can't be read", retry: 'later' } }
  const updatedAt = position.updatedAt ?? 0
  const isNewer = rows.every(fill => fill.filledAt < updatedAt)
  return isNewer && updatedAt > now - LISTING_DELAY_MS ? { unknown: JUST_CHANGED } : position
}

const JUST_CHANGED: UnknownPl = {
  reason: 'the cross position has just changed, and its last fill may not be listed yet; try again',
  retry: 'soon',
}

function crossHistory(
  listing: FillListing,
  position: PositionRead,
  { sinceMs }: CrossHistoryOptions,
): CrossHistory {
  // The exchange lists the newest fill first. Fills of one millisecond stay in the order in which they happened.
  const fills = listing.rows.toReversed()
  const isUnknown = 'unknown' in position
  const startUsd = isUnknown ? null : quantityBefore(fills, position.quantityUsd)
  const replayed = replayCrossFills(fills, startUsd).filter(({ fill }) => fill.filledAt >= sinceMs)
  const known = replayed.flatMap(({ plSats }) => plSats ?? [])
  const isWhole = known.length === replayed.length && listing.unreadable.length === 0
  return {
    fills: replayed,
    plSats: isWhole ? sumSats(known) : null,
    unknown: isWhole ? null : isUnknown ? position.unknown : neverFlat(listing),
    unreadable: listing.unreadable,
  }
}

function neverFlat({ isCutOff, rows }: FillListing): UnknownPl {
  return {
    reason: isCutOff
      ? `the position was not flat within its last ${rows.length} fills, which are all that axisor reads`
      : 'the position was opened before the first fill that the exchange lists',
    retry: 'never',
  }
}
