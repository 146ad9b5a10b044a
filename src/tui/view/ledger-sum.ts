import { signedAmount } from './format.ts'
import { isHeld, type RenderContext } from './render-context.ts'
import { exchangeNow } from './time-format.ts'

/** The listings are read every 5 minutes; older ones may lack a trade. */
const OLD_AFTER_MS = 15 * 60_000

/** True if listings that are complete up to `to` are too old at `now` for a sum without a mark. */
export function isReadingOld(to: number, now: number): boolean {
  return now - to > OLD_AFTER_MS
}

/** A sum of the ledger in the chosen unit, with `~` if its listings were not read lately. */
export function ledgerSum(context: RenderContext, sats: number | null): string {
  const text = signedAmount(context, sats)
  return sats !== null && isLedgerOld(context) ? `~${text}` : text
}

function isLedgerOld(context: RenderContext): boolean {
  const to = context.history?.summary?.coverage.to ?? null
  return isHeld(context) || to === null || isReadingOld(to, exchangeNow(context.model))
}
