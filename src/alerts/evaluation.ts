import type { ActivityEvent } from '../store/state.ts'
import type { AlertInput } from './alert-input.ts'
import type { EndedPosition } from './how-ended.ts'
import type { SightContext } from './rules/sight.ts'
import type { UnlistedTime } from './unseen-ends.ts'
import type { ValueWindow } from './value-window.ts'

/** What rules are evaluated on, worked out once for all of them. */
export interface Evaluation {
  readonly input: AlertInput
  /** No alert fires, so that nothing can be held or end. */
  readonly isQuiet: boolean
  readonly ended: readonly EndedPosition[]
  /** Keys of positions that are not listed now and are not known to have ended. */
  readonly absent: readonly string[]
  /** Time without sight whose closed trades are no longer listed; null if there is none. */
  readonly unlisted: UnlistedTime | null
  readonly newEvents: readonly ActivityEvent[]
  readonly sight: SightContext
  readonly linkLostAt: number | null
  readonly toTime: (exchangeMs: number) => string
  /** Windows of the rules about changes, by the name of the rule. */
  readonly windows: Map<string, ValueWindow>
}
