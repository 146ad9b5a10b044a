import { Box } from 'ink'
import type { OverviewPlan } from '../layout/overview.ts'
import type { LargeShape } from '../layout/shape.ts'
import { DETAIL, RULED, RULED_CHART, RULED_LADDER } from '../panes/paints.ts'
import { Pane } from './pane.tsx'
import { positionsOf } from './positions-of.ts'

const LADDER_COLUMNS = 56

/** Positions, the selected one in detail, chart and ladder, orders, events. */
export function Overview({ shape, plan }: { readonly shape: LargeShape; readonly plan: OverviewPlan }) {
  return (
    <>
      <Pane paint={positionsOf(shape)} fades="without-prices" height={plan.positions} />
      {plan.detail > 0 && (
        <Pane paint={DETAIL} fades="without-prices" height={plan.detail} marginTop={plan.gap} />
      )}
      {plan.band > 0 && (
        <Box height={plan.band} columnGap={1}>
          <Pane paint={RULED_CHART} fades="without-prices" flexGrow={1} />
          <Pane paint={RULED_LADDER} fades="without-prices" width={LADDER_COLUMNS} />
        </Box>
      )}
      {plan.orders > 0 && <Pane paint={RULED.orders} height={plan.orders} />}
      {plan.events > 0 && <Pane paint={RULED.events} height={plan.events} />}
    </>
  )
}
