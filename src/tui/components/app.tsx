import { Box, useInput, useStdin, useWindowSize } from 'ink'
import { useLayoutEffect, useSyncExternalStore } from 'react'
import { keyNames } from '../input/key-name.ts'
import type { Plan, ScreenPlan } from '../layout/screen-plan.ts'
import { LINES, PALETTE } from '../panes/paints.ts'
import { tinyAccounts } from '../panes/tiny-accounts.ts'
import type { Canvas } from '../terminal/canvas.ts'
import { Body } from './body.tsx'
import { CanvasContext } from './canvas-context.ts'
import { FilterPrompt } from './filter-prompt.tsx'
import { Pane } from './pane.tsx'

/** The part of the controller that the components use. */
export interface AppController {
  subscribe(listener: () => void): () => void
  /** The same object until the plan changes. */
  plan(columns: number, rows: number): Plan
  /** Takes a key by its name in the key table. */
  press(key: string): void
}

/**
 * The dashboard as a tree of boxes without text. It renders when the window, the user or the plan changes. Its state is in the
 * controller: keys that arrive in one chunk are all handled by the same closure, which must not hold any.
 */
export function App({ canvas, controller }: { readonly canvas: Canvas; readonly controller: AppController }) {
  const { columns, rows } = useWindowSize()
  const plan = useSyncExternalStore(controller.subscribe, () => controller.plan(columns, rows))
  const { isRawModeSupported } = useStdin()
  useInput((input, key) => keyNames(input, key).forEach(controller.press), { isActive: isRawModeSupported })
  useLayoutEffect(() => canvas.laidOut({ columns, rows, plan }))
  return (
    <CanvasContext value={canvas}>
      {/* Out of Ink's flow: its own output then has no rows, which would cost a blank screen of text per commit. */}
      <Box position="absolute" width={columns} height={rows} flexDirection="column">
        {plan.shape === 'tiny' ? (
          <Pane paint={tinyAccounts} fades="never" flexGrow={1} />
        ) : (
          <Screen plan={plan} />
        )}
      </Box>
    </CanvasContext>
  )
}

/** The state of the data comes first, the worst risk last, with everything else between them. */
function Screen({ plan: { shape, accounts, totals, footer, palette, body } }: { readonly plan: ScreenPlan }) {
  return (
    <>
      <Pane paint={accounts === 'sum' ? LINES.sumHeader : LINES.header} fades="never" height={1} />
      {accounts !== 'one' && <Pane paint={LINES.tabs} fades="never" height={1} />}
      {accounts !== 'sum' && (
        <Pane paint={shape === 'list' ? LINES.shortMarket : LINES.market} fades="without-prices" height={1} />
      )}
      {totals === 2 && <Pane paint={LINES.equity} height={1} />}
      {totals > 0 && <Pane paint={LINES.profit} height={1} />}
      <Box flexDirection="column" flexGrow={1}>
        <Body shape={shape} plan={body} />
      </Box>
      {palette > 0 && <Pane paint={PALETTE} fades="never" height={palette} />}
      <Pane paint={LINES.risk} fades="never" height={1} />
      {footer === 'keys' && <Pane paint={LINES.keys} fades="never" height={1} />}
      {footer === 'filter' && <FilterPrompt />}
      {footer === 'palette' && <Pane paint={LINES.palette} fades="never" height={1} />}
    </>
  )
}
