import type { RecentSpan } from '../../ledger/recent-sums.ts'
import { signedAmount } from './format.ts'
import { isHeld, type RenderContext } from './render-context.ts'
import { exchangeNow } from './time-format.ts'

const DAY_MS = 86_400_000

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

/** True for the sum of a UTC day, week or month that is over at `now`: that of the current one is not read yet. */
export function isSpanOver(span: RecentSpan, from: number, now: number): boolean {
  if (span === 'today') return now - from >= DAY_MS
  if (span === 'week') return now - from >= 7 * DAY_MS
  return span === 'month' && monthOf(now) > monthOf(from)
}

function monthOf(at: number): number {
  const date = new Date(at)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
