import { type Alert, isUrgent, levelRank } from '../../domain/alerts/alert.ts'
import type { RenderContext } from '../view/render-context.ts'

/**
 * Returns the alert that the last line names, or null: a liquidation until it is acknowledged, else that of the worst position, else the
 * worst of all others. Acknowledged alerts are named too, and marked, unless another of their level is not acknowledged. Without prices the
 * line is about the lost sight, so that no alert about a position is named.
 */
export function namedAlert(context: Pick<RenderContext, 'alerts' | 'live'>): Alert | null {
  const active = isBlind(context.live)
    ? context.alerts.active.filter(({ kind }) => !POSITION_KINDS.includes(kind))
    : context.alerts.active
  const [worst] = active
  if (worst === undefined || worst.level === 'liquidated') return worst ?? null
  const ofRow = active.find(alert => isOfWorstRow(context, alert))
  if (ofRow === undefined || levelRank(ofRow.level) < levelRank(worst.level)) return worst
  return ofRow.state === 'acknowledged' ? worst : ofRow
}

const POSITION_KINDS: readonly Alert['kind'][] = ['liquidation', 'unreadable-position', 'protection']

/** True if no position can be evaluated now. */
function isBlind(live: RenderContext['live']): boolean {
  return live.source.state === 'stopped' || live.market.stale || live.source.goodAt === null
}

/** True for the liquidation alert of the worst position, which the last line describes anyway. */
export function isOfWorstRow(
  { live }: Pick<RenderContext, 'live'>,
  { kind, positionId }: Pick<Alert, 'kind' | 'positionId'>,
): boolean {
  return kind === 'liquidation' && positionId === live.positions[0]?.position.id
}

/** The number of further critical or worse alerts that are not acknowledged. */
export function otherUrgentCount(active: readonly Alert[], named: Alert): number {
  return active.filter(({ id, level, state }) => id !== named.id && state === 'firing' && isUrgent(level))
    .length
}
