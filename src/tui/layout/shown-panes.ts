import type { PaneName, Ui } from '../input/ui-state.ts'
import type { Plan } from './screen-plan.ts'

/**
 * The panes of the overview that are on the screen and can have the focus, in the order of Tab; null for any other view, which has all of
 * its panes, and while the overview is covered or not laid out yet.
 */
export function shownPanes(plan: Plan | null, { view, overlay }: Ui): readonly PaneName[] | null {
  if (plan === null || plan.shape === 'tiny' || view !== 'overview' || overlay !== 'none') return null
  const { body } = plan
  if (body.kind === 'wide')
    return ['positions', 'orders', ...(body.hasClosed ? ['closed' as const] : []), 'events', 'connection']
  if (body.kind !== 'overview') return null
  return [
    'positions',
    ...(body.orders > 0 ? ['orders' as const] : []),
    ...(body.events > 0 ? ['events' as const] : []),
  ]
}
