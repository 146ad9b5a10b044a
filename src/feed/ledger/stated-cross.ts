import { AxisorError } from '../../domain/error.ts'
import type { StatedCross } from '../../ledger/realized-cross.ts'
import { decodeCrossTotals } from '../../wire/lnm/ledger-wallet.ts'
import { decodeCrossPosition } from '../../wire/lnm/rest-cross.ts'
import type { LedgerSource } from './ledger-source.ts'

/** The exchange may list a fill this long after the position shows it. */
const LISTING_DELAY_MS = 10_000

/** Reads the cross account, to which the listed fills must add up. Returns why it is not known if it can't be read. */
export async function readStatedCross(rest: LedgerSource): Promise<StatedCross> {
  try {
    const decode = (body: unknown) => {
      const totals = decodeCrossTotals(body)
      const position = decodeCrossPosition(body)
      if (!totals.ok) return totals
      return {
        ok: true,
        value: { ...totals.value, updatedAt: position.ok ? position.value.value.updatedAt : null },
      } as const
    }
    const { quantityUsd, marginSats, updatedAt } = await rest.read('crossPosition', decode, {
      priority: 'low',
    })
    const isRecent = updatedAt !== null && updatedAt > rest.exchangeClock.nowMs() - LISTING_DELAY_MS
    return { quantityUsd, marginSats, isRecent }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { unknown: `the cross position can't be read: ${error.message}` }
  }
}
