import { formatAge } from '../../domain/format.ts'
import type { Role } from '../paint/line.ts'
import type { DashboardInfo } from '../view/render-context.ts'
import { shownAt, utcTime } from '../view/time-format.ts'
import type { ViewModel } from '../view/view-model.ts'

/** A detail of the state. Header and panes keep and drop it by its kind. */
export interface Detail {
  readonly kind: 'age' | 'prices' | 'as-of' | 'other'
  readonly text: string
}

/** A detail that is kept by its place. */
export function other(text: string): Detail {
  return { kind: 'other', text }
}

/** `age 0.4s`. */
export function ageDetail({ t }: DashboardInfo, ageMs: number | null): Detail {
  return { kind: 'age', text: t('age {age}', { age: formatAge(ageMs) }) }
}

/** `as of 18:46:58Z`; none if the time is unknown. */
export function asOf(model: ViewModel, info: DashboardInfo, atMs: number | null): readonly Detail[] {
  if (atMs === null) return []
  const time = utcTime(shownAt(model, info, atMs))
  return [{ kind: 'as-of', text: info.t('as of {time}', { time }) }]
}

/** The state of the feed: sign and state, which are never dropped, and the details, most important first. */
export interface SourceText {
  readonly role: Role
  readonly state: string
  readonly details: readonly Detail[]
  /** Shorter states for a screen on which the state does not fit, the longest first. Default: none. */
  readonly shortStates?: readonly string[]
  /** True if other panes show the details as well. Default: false. */
  readonly isRepeated?: boolean
  /** True if all is well: all data is current over a live link. Default: false. */
  readonly isLive?: boolean
}
