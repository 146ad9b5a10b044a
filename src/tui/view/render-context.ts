import type { Pane, Ui } from '../input/ui-state.ts'
import type { AlertLog, ViewModel } from './view-model.ts'

/** What does not change while the dashboard is open. */
export interface DashboardInfo {
  readonly profile: string
  /** Minutes that the local time is ahead of UTC at a moment. */
  readonly localOffsetMinutes: (atMs: number) => number
  /** How often data is fetched over HTTP while the socket is down. */
  readonly httpEveryMs: number
}

/** All that one drawing depends on; layouts and panes are pure functions of it. */
export interface RenderContext {
  /** What is shown: the newest, or what is held while frozen. */
  readonly model: ViewModel
  /** The newest, for what must go on while the rest is frozen: the state of the feed and the worst risk. */
  readonly live: ViewModel
  readonly alerts: AlertLog
  readonly ui: Ui
  readonly info: DashboardInfo
  readonly columns: number
  readonly rows: number
  /** Panes note here how far they can be scrolled, so that the next key stays within. */
  readonly scrollLimits: Map<Pane | 'overlay', number>
}

/** True when the numbers on the screen are not what is true now: each of them is then marked with `~`. */
export function isNotLive({ model, ui }: RenderContext): boolean {
  return ui.frozen !== null || model.source.stale || model.source.state === 'stopped'
}

/** Whether anything has been read yet. */
export function hasSnapshot({ source }: ViewModel): boolean {
  return source.goodAt !== null
}
