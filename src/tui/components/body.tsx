import type { BodyPlan } from '../layout/screen-plan.ts'
import type { LargeShape } from '../layout/shape.ts'
import { Overlay } from './overlay.tsx'
import { Overview } from './overview.tsx'
import { ClosedHistoryView, DiagnosticsView, PaneView, PositionsView, SumView } from './views.tsx'
import { WideOverview } from './wide-overview.tsx'

/** The view, or what covers it. */
export function Body({ shape, plan }: { readonly shape: LargeShape; readonly plan: BodyPlan }) {
  switch (plan.kind) {
    case 'overview':
      return <Overview shape={shape} plan={plan} />
    case 'wide':
      return <WideOverview plan={plan} />
    case 'positions':
      return <PositionsView shape={shape} plan={plan} />
    case 'history':
      return <ClosedHistoryView plan={plan} />
    case 'diagnostics':
      return <DiagnosticsView plan={plan} />
    case 'pane':
      return <PaneView shape={shape} plan={plan} />
    case 'overlay':
      return <Overlay plan={plan} />
    case 'sum':
      return <SumView plan={plan} />
  }
}
