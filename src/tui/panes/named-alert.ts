import { type Alert, levelRank } from '../../domain/alerts/alert.ts'
import type { RenderContext } from '../view/render-context.ts'

/**
 * Returns the alert that the last line names, or null: a liquidation until it is acknowledged, else that of the worst position, else the
 * worst of all others. Acknowledged alerts are named too, and marked.
 */
export function namedAlert({ alerts, live }: Pick<RenderContext, 'alerts' | 'live'>): Alert | null {
  const [worst] = alerts.active
  if (worst === undefined || worst.level === 'liquidated') return worst ?? null
  const [row] = live.positions
  const ofRow = alerts.active.find(
    ({ kind, positionId }) => kind === 'liquidation' && positionId === row?.position.id,
  )
  return ofRow !== undefined && levelRank(ofRow.level) >= levelRank(worst.level) ? ofRow : worst
}

/** The number of further critical or worse alerts that are not acknowledged. */
export function otherUrgentCount({ alerts }: Pick<RenderContext, 'alerts'>, named: Alert): number {
  return alerts.active.filter(
    ({ id, level, state }) =>
      id !== named.id && state === 'firing' && levelRank(level) >= levelRank('critical'),
  ).length
}
