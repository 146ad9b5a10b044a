import type { ClosedTrade, RealizedFill } from '../../domain/snapshot.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import type { HistoryRows, HistoryView } from '../../ports/account-history.ts'
import type { State } from '../../store/state.ts'
import { nearRow } from '../input/near-row.ts'
import type { Ui } from '../input/ui-state.ts'
import type { RenderContext } from './render-context.ts'

/** Rows of a page of the list that are asked for before it was drawn. */
const FIRST_ROWS = 60

/** Closed trades and fills of the ledger, or those of the last day from the feed. */
export function closedRows(history: HistoryView | null, state: State): HistoryRows {
  if (history?.summary == null) return feedRows(state)
  // The first reading of the ledger has just begun.
  return history.summary.coverage.to === null && history.rows.count < listedRows(state).length
    ? feedRows(state)
    : history.rows
}

/** The rows, and the index of the selected one. A row that has moved is found by its id. */
export function closedSelection(
  history: HistoryView | null,
  state: State,
  { closed }: Pick<Ui, 'closed'>,
): { readonly rows: HistoryRows; readonly index: number } {
  const rows = closedRows(history, state)
  const { index, id } = closed
  const clamped = Math.max(0, Math.min(rows.count - 1, index))
  return { rows, index: id === null ? clamped : (nearRow(rows, clamped, id) ?? clamped) }
}

/** The rows that the list needs: the selected one is in its middle, except near an end. */
export function closedWindow(
  context: Pick<RenderContext, 'history' | 'model' | 'ui' | 'scrollLimits'>,
  height = context.scrollLimits.get('closed') ?? FIRST_ROWS,
): {
  readonly rows: HistoryRows
  readonly first: number
  readonly count: number
  readonly selected: number
} {
  const { rows, index } = closedSelection(context.history, context.model.state, context.ui)
  const first = Math.max(0, Math.min(rows.count - height, index - Math.floor(height / 2)))
  return { rows, first, count: Math.max(0, Math.min(height, rows.count - first)), selected: index }
}

const rowsOfState = new WeakMap<object, readonly HistoryRow[]>()

function feedRows(state: State): HistoryRows {
  const rows = listedRows(state)
  return { count: rows.length, at: index => rows[index] ?? null }
}

/** Closed trades and fills of the last day, newest first. */
export function listedRows({ history }: State): readonly HistoryRow[] {
  if (history === null) return []
  const known = rowsOfState.get(history)
  const rows =
    known ??
    [...(history.value.closed ?? []).map(tradeRow), ...(history.value.crossFills ?? []).map(fillRow)].sort(
      (a, b) => b.at - a.at,
    )
  if (known === undefined) rowsOfState.set(history, rows)
  return rows
}

/** The feed has neither the funding of a trade nor what was cashed in: net is less both fees. */
function tradeRow(trade: ClosedTrade): HistoryRow {
  const feesSats = trade.openingFeeSats + trade.closingFeeSats
  const { id, side, quantityUsd, entryPriceUsd, exitPriceUsd, plSats } = trade
  return {
    kind: 'trade',
    id,
    at: trade.closedAt,
    side,
    quantityUsd,
    entryPriceUsd,
    exitPriceUsd,
    grossSats: plSats,
    feesSats,
    fundingSats: null,
    netSats: plSats - feesSats,
    cause: null,
  }
}

function fillRow({ id, filledAt, side, quantityUsd, priceUsd, plSats, feeSats }: RealizedFill): HistoryRow {
  return {
    kind: 'fill',
    id,
    at: filledAt,
    side,
    quantityUsd,
    entryPriceUsd: null,
    exitPriceUsd: priceUsd,
    grossSats: plSats,
    feesSats: feeSats,
    fundingSats: null,
    netSats: plSats === null ? null : plSats - feeSats,
    cause: null,
  }
}
