import { accountPanel } from '../panes/account.ts'
import { connectionPanel } from '../panes/connection.ts'
import { totaledPositionsPanel } from '../panes/total-line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** Heights of the wide overview, frames included, and whether there is room for closed trades. */
export interface WidePlan {
  readonly kind: 'wide'
  readonly positions: number
  /** Chart on the left; account, ladder and connection on the right. */
  readonly middle: number
  readonly account: number
  readonly connection: number
  /** Orders, closed trades, events. */
  readonly bottom: number
  readonly hasClosed: boolean
}

/** What chart and ladder need at least. */
const MIDDLE_ROWS = 20
const LADDER_ROWS = 3
const CLOSED_COLUMNS = 190

/** Distributes `height` rows. */
export function widePlan(context: RenderContext, height: number): WidePlan {
  const bottom = Math.max(8, Math.floor(height * 0.28))
  const preferred = totaledPositionsPanel(context).preferredHeight + 2
  const positions = Math.min(preferred, height - bottom - MIDDLE_ROWS)
  const middle = height - bottom - positions
  const account = accountPanel(context).preferredHeight + 2
  // With many relays in between the list of links is long.
  const connection = Math.min(connectionPanel(context).preferredHeight + 2, middle - account - LADDER_ROWS)
  return {
    kind: 'wide',
    positions,
    middle,
    account,
    connection,
    bottom,
    hasClosed: context.columns >= CLOSED_COLUMNS,
  }
}
