import { type Alert, levelRank } from '../domain/alerts/alert.ts'
import type { EngineState } from './engine-state.ts'

/** Returns the alerts that fire, worst first; of the same level the unacknowledged and the newest first. */
export function activeAlerts({ firing }: Pick<EngineState, 'firing'>): readonly Alert[] {
  if (firing.size === 0) return []
  return [...firing.values()].map(({ alert }) => alert).sort(byImportance)
}

function byImportance(a: Alert, b: Alert): number {
  const level = levelRank(b.level) - levelRank(a.level)
  if (level !== 0) return level
  if (a.state !== b.state) return a.state === 'firing' ? -1 : 1
  return b.since - a.since
}
