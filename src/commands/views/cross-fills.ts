import { quantityBefore, type ReplayedFill, replayCrossFills, wasFlatBy } from '../../domain/cross-replay.ts'
import { AxisorError } from '../../domain/error.ts'
import type { CrossFill } from '../../domain/snapshot.ts'
import { type Sats, sumSats } from '../../domain/units.ts'
import { CROSS_FILLS } from '../../feed/exchange/account-listings.ts'
import type { Listing } from '../../feed/exchange/paging.ts'
import type { RestClient } from '../../feed/exchange/rest-client.ts'
import type { UnreadableRow } from '../../wire/lnm/page.ts'
import { decodeCrossPosition } from '../../wire/lnm/rest-cross.ts'
import { type Listings, readListing } from './listings.ts'

/** A fill may be listed this long after the position shows it. */
const LISTING_DELAY_MS = 10_000
/** The position may change while its fills are read; then both are read again. */
const ATTEMPTS = 2

/** The fills of the cross position since a moment. */
interface CrossHistory {
  /** Oldest first; null if the key may not read them. */
  readonly fills: readonly ReplayedFill[] | null
  /** Realized P&L of all fills, gross; null if that of any fill is unknown. */
  readonly plSats: Sats | null
  /** Why `fills` or `plSats` is null. */
  readonly unknownReason: string | null
  readonly unreadable: readonly UnreadableRow[]
}

/** The position as read, or why it is unknown. */
type PositionRead =
  | { readonly quantityUsd: number; readonly updatedAt: number | null }
  | { readonly unknownReason: string }

/**
 * Reads the fills since `sinceMs`, and as many earlier ones as the replay of their P&L needs: back to the last moment at which the
 * position was flat.
 * @throws AxisorError if the fills can't be read, unless the key lacks the permission
 */
export async function readCrossFills(
  { rest }: Pick<Listings, 'rest'>,
  sinceMs: number,
): Promise<CrossHistory> {
  try {
    return await readWithPosition(rest, sinceMs)
  } catch (error) {
    if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
    return { fills: null, plSats: null, unknownReason: error.message, unreadable: [] }
  }
}

async function readWithPosition(rest: RestClient, sinceMs: number): Promise<CrossHistory> {
  let position = await readPosition(rest)
  for (let attempt = 1; ; attempt += 1) {
    const listing = await readListing({ rest }, CROSS_FILLS, {
      isEnough: fills => isEnough(fills, position, sinceMs),
    })
    const after = await readPosition(rest)
    const isSame = JSON.stringify(after) === JSON.stringify(position)
    if (isSame || attempt === ATTEMPTS) {
      const changed = { unknownReason: 'the cross position changes while its fills are read; try again' }
      return crossHistory(
        listing,
        isSame ? settled(listing, after, rest.exchangeClock.nowMs()) : changed,
        sinceMs,
      )
    }
    position = after
  }
}

async function readPosition(rest: RestClient): Promise<PositionRead> {
  try {
    const { value } = await rest.read('crossPosition', decodeCrossPosition)
    const { position, updatedAt } = value
    const sign = position?.side === 'short' ? -1 : 1
    return { quantityUsd: position === null ? 0 : sign * position.quantityUsd, updatedAt }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { unknownReason: `the cross position can't be read: ${error.message}` }
  }
}

function isEnough(fills: readonly CrossFill[], position: PositionRead, sinceMs: number): boolean {
  if ('unknownReason' in position) return fills.some(fill => fill.filledAt < sinceMs)
  return wasFlatBy(fills.toReversed(), position.quantityUsd, sinceMs)
}

/** The position, or why it does not belong to the listed fills. */
function settled(
  { rows, unreadable }: Listing<CrossFill>,
  position: PositionRead,
  now: number,
): PositionRead {
  if ('unknownReason' in position) return position
  if (unreadable.length > 0) return { unknownReason: "a cross fill can't be read" }
  const updatedAt = position.updatedAt ?? 0
  const isNewer = rows.every(fill => fill.filledAt < updatedAt)
  return isNewer && updatedAt > now - LISTING_DELAY_MS
    ? {
        unknownReason:
          'the cross position has just changed, and its last fill may not be listed yet; try again',
      }
    : position
}

function crossHistory(listing: Listing<CrossFill>, position: PositionRead, sinceMs: number): CrossHistory {
  // The exchange lists the newest fill first. Fills of one millisecond stay in the order in which they happened.
  const fills = listing.rows.toReversed()
  const isUnknown = 'unknownReason' in position
  const startUsd = isUnknown ? null : quantityBefore(fills, position.quantityUsd)
  const replayed = replayCrossFills(fills, startUsd).filter(({ fill }) => fill.filledAt >= sinceMs)
  const known = replayed.flatMap(({ plSats }) => plSats ?? [])
  const isWhole = known.length === replayed.length && listing.unreadable.length === 0
  return {
    fills: replayed,
    plSats: isWhole ? sumSats(known) : null,
    unknownReason: isWhole ? null : isUnknown ? position.unknownReason : OPENED_EARLIER,
    unreadable: listing.unreadable,
  }
}

const OPENED_EARLIER = 'the position was opened before the first fill that the exchange lists'
