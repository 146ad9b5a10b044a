import type { OverlayPlan } from '../layout/screen-plan.ts'
import { OVERLAYS } from '../panes/paints.ts'
import { Pane } from './pane.tsx'

/** Covers the view until it is closed. */
export function Overlay({ plan }: { readonly plan: OverlayPlan }) {
  return <Pane paint={OVERLAYS[plan.overlay]} flexGrow={1} />
}
