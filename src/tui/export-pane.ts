import { AxisorError } from '../domain/error.ts'
import type { AccountHistory } from '../ports/account-history.ts'
import type { DashboardActions } from './actions.ts'
import { closedRows, listedRows } from './view/closed-rows.ts'
import type { RenderContext } from './view/render-context.ts'
import { visibleOrders, visiblePositions } from './view/visible-rows.ts'

/** Exports the pane that has the focus. Resolves to a sentence for the screen. */
export async function exportPane(
  { model, ui, history, info, accounts }: RenderContext,
  source: AccountHistory | null,
  actions: DashboardActions,
): Promise<string> {
  const { state } = model
  const pane = ui.expanded ?? ui.focus
  const ids =
    pane === 'orders'
      ? visibleOrders(model, ui).map(({ order }) => order.id)
      : visiblePositions(model, ui).map(({ position }) => position.id)
  const isOfLedger = source !== null && closedRows(history, state) === history?.rows
  try {
    const rows = pane !== 'closed' ? [] : isOfLedger ? await source.allRows() : listedRows(state)
    const account = accounts === null ? null : info.profile
    return info.t.sentence(await actions.exportCsv({ account, pane, state, ids, rows }))
  } catch (error) {
    if (error instanceof AxisorError) return info.t('not exported: {reason}', { reason: error.message })
    throw error
  }
}
