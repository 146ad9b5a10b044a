import { isUrgent } from '../../domain/alerts/alert.ts'
import { severityOf } from '../../domain/risk.ts'
import type { PositionRow } from '../../store/view.ts'
import { type AccountsView, hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { namedAlert } from './named-alert.ts'
import { worse } from './positions.ts'

/** An account of several. */
export interface IndexedAccount {
  readonly index: number
  readonly context: RenderContext
}

/**
 * The account with the worst risk: a liquidation that is not acknowledged, then an account that was critical when sight of it was lost, then a
 * critical risk, then any other account whose risk can't be evaluated, then the nearest to its liquidation. Among equals the one on the screen.
 */
export function worstAccount({ contexts, shown }: AccountsView): IndexedAccount | null {
  const ranked = contexts.map((context, index) => ({ index, context, rank: rankOf(context) }))
  return ranked.reduce<(typeof ranked)[number] | null>((worst, next) => {
    if (worst === null) return next
    const difference = next.rank - worst.rank || nearness(next.context) - nearness(worst.context)
    return difference > 0 || (difference === 0 && next.index === shown) ? next : worst
  }, null)
}

/** True while no position of the account can be evaluated. */
export function isBlind({ live }: RenderContext): boolean {
  return live.source.state === 'stopped' || !hasSnapshot(live) || live.market.stale
}

/** The position of an account that is nearest to its liquidation. */
export function worstRow({ live }: RenderContext): PositionRow | null {
  return live.positions.reduce<PositionRow | null>(worse, null)
}

const LIQUIDATED = 8
const CRITICAL_UNSEEN = 7
const CRITICAL = 6
const BLIND = 5
const UNKNOWN_RISK = 4

function rankOf(context: RenderContext): number {
  const named = namedAlert(context)
  if (named?.level === 'liquidated') return LIQUIDATED
  const row = worstRow(context)
  if (isBlind(context)) return row?.risk === 'critical' ? CRITICAL_UNSEEN : BLIND
  const isFiring = named !== null && named.state === 'firing' && isUrgent(named.level)
  if (isFiring || row?.risk === 'critical') return CRITICAL
  if (context.live.mayLackPosition) return UNKNOWN_RISK
  return row === null ? 0 : 1 + severityOf(row.risk)
}

/** Larger for a smaller distance to liquidation. A liquidation price that is not known must not look far away. */
function nearness(context: RenderContext): number {
  const row = worstRow(context)
  return isBlind(context) || row === null ? Number.NEGATIVE_INFINITY : -(row.liquidationDistance ?? -1)
}
