import { Box } from 'ink'
import { RIGHT_COLUMNS, type WidePlan } from '../layout/wide.ts'
import { BOXED } from '../panes/paints.ts'
import { Pane } from './pane.tsx'

const CLOSED_COLUMNS = 72
const ORDER_COLUMNS = 66
/** Without the closed trades beside them. */
const ORDER_COLUMNS_ALONE = 56

/** Everything at once, in boxes. */
export function WideOverview({ plan }: { readonly plan: WidePlan }) {
  return (
    <>
      <Pane paint={BOXED.positions} fades="without-prices" height={plan.positions} />
      <Box height={plan.middle}>
        <Pane paint={BOXED.chart} fades="without-prices" flexGrow={1} />
        {plan.curve > 0 && <Pane paint={BOXED.curve} width={plan.curve} />}
        <Box flexDirection="column" width={RIGHT_COLUMNS}>
          <Pane paint={BOXED.account} height={plan.account} />
          <Pane paint={BOXED.ladder} fades="without-prices" flexGrow={1} />
          <Pane paint={BOXED.connection} height={plan.connection} />
        </Box>
      </Box>
      <Box height={plan.bottom}>
        <Pane paint={BOXED.orders} width={plan.hasClosed ? ORDER_COLUMNS : ORDER_COLUMNS_ALONE} />
        {plan.hasClosed && <Pane paint={BOXED.closed} width={CLOSED_COLUMNS} />}
        <Pane paint={BOXED.events} flexGrow={1} />
      </Box>
    </>
  )
}
