import type { DiagnosticsPlan, LargeShape, PanePlan, PositionsPlan } from '../layout/plan.ts'
import { DETAIL, RULED, RULED_LADDER, RULED_LIST } from '../panes/paints.ts'
import { Pane } from './pane.tsx'

/** Wider than this the prices and their distances are too far apart. */
const LADDER_COLUMNS = 72

/** All positions, the selected one in detail, and the ladder if there is room. */
export function PositionsView({ shape, plan }: { readonly shape: LargeShape; readonly plan: PositionsPlan }) {
  const { positions, detail, ladder } = plan
  return (
    <>
      <Pane
        paint={shape === 'list' ? RULED_LIST : RULED.positions}
        fades="without-prices"
        height={positions}
      />
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

/** The connection in detail, and the events. */
export function DiagnosticsView({ plan }: { readonly plan: DiagnosticsPlan }) {
  return (
    <>
      <Pane paint={RULED.connection} height={plan.connection} />
      <Pane paint={RULED.events} height={plan.events} />
    </>
  )
}

/** One pane alone: a view of its own, or an expanded pane. */
export function PaneView({ shape, plan }: { readonly shape: LargeShape; readonly plan: PanePlan }) {
  const isList = shape === 'list' && plan.pane === 'positions'
  return <Pane paint={isList ? RULED_LIST : RULED[plan.pane]} flexGrow={1} />
}
