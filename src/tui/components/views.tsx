import type { DiagnosticsPlan, HistoryPlan, PanePlan, PositionsPlan, SumPlan } from '../layout/screen-plan.ts'
import type { LargeShape } from '../layout/shape.ts'
import {
  DETAIL,
  RULED,
  RULED_ALERTS,
  RULED_CURVE,
  RULED_LADDER,
  RULED_SUM,
  RULED_SUM_POSITIONS,
  RULED_SUMS,
} from '../panes/paints.ts'
import { Pane } from './pane.tsx'
import { positionsOf } from './positions-of.ts'

/** Wider than this the prices and their distances are too far apart. */
const LADDER_COLUMNS = 72

/** All positions, the selected one in detail, and the ladder if there is room. */
export function PositionsView({ shape, plan }: { readonly shape: LargeShape; readonly plan: PositionsPlan }) {
  const { positions, detail, ladder } = plan
  return (
    <>
      <Pane paint={positionsOf(shape)} fades="without-prices" height={positions} />
      {(detail > 0 || ladder > 0) && (
        <Pane paint={DETAIL} fades="without-prices" height={detail} marginTop={1} />
      )}
      {ladder > 0 && (
        <Pane
          paint={RULED_LADDER}
          fades="without-prices"
          height={ladder}
          marginTop={1}
          maxWidth={LADDER_COLUMNS}
        />
      )}
    </>
  )
}

/** What was realized, the equity curve if there is room, and the closed trades. */
export function ClosedHistoryView({ plan: { sums, curve } }: { readonly plan: HistoryPlan }) {
  return (
    <>
      {sums > 0 && <Pane paint={RULED_SUMS} height={sums} />}
      {curve > 0 && <Pane paint={RULED_CURVE} height={curve} />}
      <Pane paint={RULED.closed} flexGrow={1} />
    </>
  )
}

/** The connection in detail, and the events. */
export function DiagnosticsView({ plan }: { readonly plan: DiagnosticsPlan }) {
  return (
    <>
      <Pane paint={RULED.connection} height={plan.connection} />
      <Pane paint={RULED.events} height={plan.events} />
    </>
  )
}

/** All accounts with their sums, their positions and their alerts. Each account fades by itself: the others may be current. */
export function SumView({ plan: { accounts, positions, alerts } }: { readonly plan: SumPlan }) {
  return (
    <>
      <Pane paint={RULED_SUM} fades="never" height={accounts} />
      {positions > 0 && <Pane paint={RULED_SUM_POSITIONS} fades="never" height={positions} />}
      {alerts > 0 && <Pane paint={RULED_ALERTS} fades="never" height={alerts} />}
    </>
  )
}

/** One pane alone: a view of its own, or an expanded pane. */
export function PaneView({ shape, plan }: { readonly shape: LargeShape; readonly plan: PanePlan }) {
  return <Pane paint={plan.pane === 'positions' ? positionsOf(shape) : RULED[plan.pane]} flexGrow={1} />
}
