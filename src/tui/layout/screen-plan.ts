import type { OverlayName, PaneName } from '../input/ui-state.ts'
import type { OverviewPlan } from './overview.ts'
import type { LargeShape } from './shape.ts'
import type { WidePlan } from './wide.ts'

/**
 * Which components the screen is made of, and their heights in rows. Heights depend on the data, so they are worked out here;
 * widths and everything that just fills the rest are left to Ink.
 */
export type Plan = TinyPlan | ScreenPlan

/** The whole screen is the text of `axisor line`. */
interface TinyPlan {
  readonly shape: 'tiny'
}

export interface ScreenPlan {
  readonly shape: LargeShape
  /** Whether there are tabs, and whether the sum of all accounts is on the screen. */
  readonly accounts: 'one' | 'tabs' | 'sum'
  /** Lines under the market line: P&L, or equity and P&L. 0 where the account box has both. */
  readonly totals: 0 | 1 | 2
  readonly footer: 'none' | 'keys' | 'filter' | 'palette'
  /** Rows of the commands above the risk line, with their rule; 0 while the palette is closed. */
  readonly palette: number
  readonly body: BodyPlan
}

/** What is between the totals and the risk line. */
export type BodyPlan =
  | OverviewPlan
  | WidePlan
  | PositionsPlan
  | HistoryPlan
  | DiagnosticsPlan
  | PanePlan
  | OverlayPlan
  | SumPlan

/** All positions, the selected one in detail, and the ladder. */
export interface PositionsPlan {
  readonly kind: 'positions'
  readonly positions: number
  /** 0 if it is left out. */
  readonly detail: number
  readonly ladder: number
}

/** Sums, the equity curve, and the closed trades in the rest. */
export interface HistoryPlan {
  readonly kind: 'history'
  readonly sums: number
  /** 0 if it is left out. */
  readonly curve: number
}

export interface DiagnosticsPlan {
  readonly kind: 'diagnostics'
  readonly connection: number
  readonly events: number
}

/** One pane takes the whole body. */
export interface PanePlan {
  readonly kind: 'pane'
  readonly pane: PaneName
}

/** All accounts with their sums, their positions, and their alerts in the rest. */
export interface SumPlan {
  readonly kind: 'sum'
  readonly accounts: number
  /** 0 if they are left out. */
  readonly positions: number
  /** 0 if they are left out. */
  readonly alerts: number
}

export interface OverlayPlan {
  readonly kind: 'overlay'
  readonly overlay: Exclude<OverlayName, 'none'>
}
