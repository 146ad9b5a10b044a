import type { Pane, Ui } from '../input/ui-state.ts'
import type { AlertLog, Frame } from './view-model.ts'

/** What does not change while the dashboard is open. */
export interface Place {
  readonly profile: string
  /** Minutes that the local time is ahead of UTC at a moment. */
  readonly localOffsetMinutes: (atMs: number) => number
  /** How often data is fetched over HTTP while the socket is down. */
  readonly httpEveryMs: number
}

/** All that one drawing depends on; layouts and panes are pure functions of it. */
export interface Scene {
  /** What is shown: the newest, or what is held while frozen. */
  readonly frame: Frame
  /** The newest, for what must go on while the rest is frozen: the state of the feed and the worst risk. */
  readonly live: Frame
  readonly alerts: AlertLog
  readonly ui: Ui
  readonly place: Place
  readonly columns: number
  readonly rows: number
  /** Panes note here how far they can be scrolled, so that the next key stays within. */
  readonly reach: Map<Pane | 'overlay', number>
}

/** True when the numbers on the screen are not what is true now: each of them is then marked with `~`. */
export function isNotLive({ frame, ui }: Scene): boolean {
  return ui.frozen !== null || frame.source.stale || frame.source.state === 'stopped'
}

/** Whether anything has been read yet. */
export function hasPicture({ source }: Frame): boolean {
  return source.goodAt !== null
}
