import { AxisorError } from '../../domain/error.ts'
import type { CrossAccount } from '../../domain/position.ts'
import type { CrossTotals } from '../../ledger/account-state.ts'
import type { StatedCross } from '../../ledger/realized-cross.ts'
import { type Decoded, decoded } from '../../wire/decoded.ts'
import { decodeCrossTotals } from '../../wire/lnm/ledger-wallet.ts'
import { decodeCrossPosition } from '../../wire/lnm/rest-cross.ts'
import type { Readable } from '../../wire/rows.ts'
import type { LedgerSource } from './ledger-source.ts'

/** The exchange may list a fill this long after the position shows it. */
const LISTING_DELAY_MS = 10_000

/** The reply about the cross position, decoded for the books and as a monitor reads it. */
interface DecodedCross {
  readonly totals: CrossTotals
  readonly account: Decoded<Readable<CrossAccount>>
}

/** Decodes a reply about the cross position twice. Only the totals must be readable. */
export function decodeStatedCross(body: unknown): Decoded<DecodedCross> {
  const totals = decodeCrossTotals(body)
  return totals.ok ? decoded({ totals: totals.value, account: decodeCrossPosition(body) }) : totals
}

/** Reads the cross account, to which the listed fills must add up. Returns why it is not known if it can't be read. */
export async function readStatedCross(rest: LedgerSource): Promise<StatedCross> {
  try {
    const { totals, account } = await rest.read('crossPosition', decodeStatedCross, { priority: 'low' })
    const { quantityUsd, marginSats } = totals
    const updatedAt = account.ok ? account.value.value.updatedAt : null
    const isRecent = updatedAt !== null && updatedAt > rest.exchangeClock.nowMs() - LISTING_DELAY_MS
    return { quantityUsd, marginSats, isRecent }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { unknown: `the cross position can't be read: ${error.message}` }
  }
}
