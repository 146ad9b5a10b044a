import type { NumberFormat } from '../../domain/languages.ts'
import type { PartName } from '../../domain/parts.ts'
import type { ToWall } from '../../domain/wall-clock.ts'
import type { HistoryView } from '../../ports/account-history.ts'
import { isPartOld } from '../../store/part-text.ts'
import type { AddedEntry } from '../input/palette-entries.ts'
import type { PaneName, Ui } from '../input/ui-state.ts'
import type { Translate } from '../lang/translate.ts'
import type { AlertLog, ViewModel } from './view-model.ts'

/**
 * How much may be written. `full`: every change. `remote`: as over SSH, two frames a second. `low`: for a metered or slow line: a frame
 * each second, and no clock or age that counts while data is live.
 */
export type Pace = 'full' | 'remote' | 'low'

/** Facts that do not change while the dashboard is open. */
export interface DashboardInfo {
  /** The name of the account: a profile, `env` or `demo`. */
  readonly profile: string
  /** Where its data comes from. */
  readonly address: string
  /** Offset of the local time from UTC in minutes, at a time in ms. */
  readonly localOffsetMinutes: (atMs: number) => number
  /** Converts a time of our clock (ms) to the wall clock, for display. As in the `Clock` port. */
  readonly toWall: ToWall
  /** Interval of the HTTP fallback in ms. */
  readonly httpEveryMs: number
  /** False: the terminal shows only ASCII. */
  readonly unicode: boolean
  /** Translates into the language of the screen. */
  readonly t: Translate
  /** How numbers are written and typed. */
  readonly numberFormat: NumberFormat
  /** How much may be written to the terminal. */
  readonly pace: Pace
  /** True if the dashboard reads the mouse. */
  readonly mouse: boolean
  /** Commands of the palette besides those of the keys, as they are now: one per account, for example. */
  readonly commands?: () => readonly AddedEntry[]
}

/** Everything that a frame depends on. The plan and the panes are pure functions of it. */
export interface RenderContext {
  /** The data on the screen: the newest, or the one held while frozen. */
  readonly model: ViewModel
  /** The newest data, also while frozen: for the state of the feed and the worst risk. */
  readonly live: ViewModel
  readonly alerts: AlertLog
  /** Null if no history is kept, as over a relay. */
  readonly history: HistoryView | null
  readonly ui: Ui
  readonly info: DashboardInfo
  readonly columns: number
  readonly rows: number
  /**
   * Scroll limits, written by the panes. The previous limit of a pane applies until it is painted, so that a key before the next
   * layout does not scroll to the top.
   */
  readonly scrollLimits: Map<PaneName | 'overlay', number>
  /** All accounts of a dashboard with several; null if it has one. */
  readonly accounts: AccountsView | null
  /** False for an account that is not on the screen: no key acts on it. */
  readonly hasKeys: boolean
}

/** The accounts of a dashboard with several. */
export interface AccountsView {
  /** One context each, in the order of the tabs. They know no other accounts. */
  readonly contexts: readonly RenderContext[]
  /** Index of the account on the screen; null if the sum of all is. */
  readonly shown: number | null
  /** Index of the selected row of the sum. */
  readonly selected: number
}

/** True if no number on the screen is current: the user froze the screen, or the feed was stopped for good. */
export function isHeld({ model, ui }: Pick<RenderContext, 'model' | 'ui'>): boolean {
  return ui.frozen !== null || model.source.state === 'stopped'
}

/** True if a number that is computed from these parts is not current. It is then marked with `~`. */
export function isOld(context: Pick<RenderContext, 'model' | 'ui'>, parts: readonly PartName[]): boolean {
  return isHeld(context) || parts.some(part => isPartOld(context.model.source.parts[part]))
}

/** An account as it is now: nothing in it is frozen. */
export function liveContext(context: RenderContext): RenderContext {
  return { ...context, model: context.live, ui: { ...context.ui, frozen: null } }
}

/** True if the price is current. A feed that was stopped for good has none. */
export function hasCurrentPrice({ source, market }: ViewModel): boolean {
  return source.state !== 'stopped' && !market.stale
}

/** True once a snapshot has been read. */
export function hasSnapshot({ source }: ViewModel): boolean {
  return source.goodAt !== null
}
