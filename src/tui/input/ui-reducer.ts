import { CANDLE_LENGTHS } from '../../domain/candle-range.ts'
import { todaysPriceUsd } from '../../store/selectors/what-if.ts'
import { sizeReducer, whatIfReducer } from './plan-input.ts'
import {
  type Filter,
  INITIAL_UI,
  PANES,
  type PaneName,
  RANGES,
  SORTS,
  type Ui,
  type UiAction,
  type UiContext,
  type Unit,
} from './ui-state.ts'

/** Applies an action of the user. An action that does not apply returns the state unchanged. */
export function uiReducer(ui: Ui, action: UiAction, context: UiContext): Ui {
  switch (action.type) {
    case 'view':
      return {
        ...ui,
        view: action.view,
        overlay: 'none',
        expanded: null,
        focus: PANES[action.view][0],
        offsets: {},
      }
    case 'overlay':
      return withOverlay(ui, ui.overlay === action.overlay ? 'none' : action.overlay)
    case 'open':
      return openRow(ui)
    case 'plan-key':
      return planKey(ui, action.key, context)
    case 'back':
      return back(ui)
    case 'next-pane':
      return nextPane(ui)
    case 'expand':
      return { ...ui, expanded: ui.expanded === null ? ui.focus : null }
    case 'move':
      return move(ui, action.by, context)
    case 'page': {
      const pane = ui.focus === 'closed' ? 'closed' : 'positions'
      return move(ui, action.by * Math.max(1, (context.scrollLimits.get(pane) ?? 10) - 1), context)
    }
    case 'end':
      return move(ui, action.which === 'first' ? -Infinity : Infinity, context)
    case 'freeze':
      return { ...ui, frozen: ui.frozen === null ? frozenAt(context) : null }
    case 'story':
      return { ...withOverlay(ui, ui.overlay === 'story' ? 'none' : 'story'), storyOf: action.row }
    default:
      return choose(ui, action)
  }
}

type Choice = Exclude<
  UiAction,
  {
    type:
      | 'view'
      | 'overlay'
      | 'open'
      | 'plan-key'
      | 'back'
      | 'next-pane'
      | 'expand'
      | 'move'
      | 'page'
      | 'end'
      | 'freeze'
      | 'story'
  }
>

const UNITS: Readonly<Record<Unit, Unit>> = { sat: 'BTC', BTC: 'USD', USD: 'sat' }

/** Actions that need no context: filter, sort order, units. */
function choose(ui: Ui, action: Choice): Ui {
  switch (action.type) {
    case 'filter-open':
      return { ...ui, filter: { phase: 'typing', text: filterText(ui.filter) } }
    case 'filter-text':
      return { ...ui, filter: { phase: 'typing', text: filterText(ui.filter) + action.text } }
    case 'filter-erase':
      return { ...ui, filter: { phase: 'typing', text: [...filterText(ui.filter)].slice(0, -1).join('') } }
    case 'filter-done':
      return {
        ...ui,
        filter:
          filterText(ui.filter) === '' ? { phase: 'off' } : { phase: 'set', text: filterText(ui.filter) },
      }
    case 'sort':
      return {
        ...ui,
        sort: { by: SORTS[(SORTS.indexOf(ui.sort.by) + 1) % SORTS.length] ?? 'risk', order: 'usual' },
      }
    case 'sort-reverse':
      return { ...ui, sort: { ...ui.sort, order: ui.sort.order === 'usual' ? 'reversed' : 'usual' } }
    case 'unit':
      return { ...ui, unit: UNITS[ui.unit] }
    case 'basis':
      return { ...ui, basis: ui.basis === 'gross' ? 'net' : 'gross' }
    case 'mask':
      return { ...ui, amounts: ui.amounts === 'shown' ? 'masked' : 'shown' }
    case 'zone':
      return { ...ui, zone: ui.zone === 'utc' ? 'local' : 'utc' }
    case 'range': {
      const index = RANGES.indexOf(ui.range) + action.by
      return { ...ui, range: RANGES[Math.min(RANGES.length - 1, Math.max(0, index))] ?? ui.range }
    }
    case 'candle-range': {
      const candleRange = CANDLE_LENGTHS[CANDLE_LENGTHS.indexOf(ui.candleRange) + action.by]
      return candleRange === undefined ? ui : { ...ui, candleRange }
    }
  }
}

/** The text of the filter; empty if all rows are shown. */
export function filterText(filter: Filter): string {
  return filter.phase === 'off' ? '' : filter.text
}

function withOverlay(ui: Ui, overlay: Ui['overlay']): Ui {
  const { overlay: _, ...offsets } = ui.offsets
  return { ...ui, overlay, offsets }
}

/** What Enter opens in each pane; in all others the selected position. */
const OPENED: Readonly<Partial<Record<PaneName, Ui['overlay']>>> = { orders: 'order', events: 'events' }

function openRow(ui: Ui): Ui {
  const overlay = OPENED[ui.expanded ?? ui.focus] ?? 'detail'
  return withOverlay(ui, ui.overlay === overlay ? 'none' : overlay)
}

function planKey(ui: Ui, key: string, { state }: UiContext): Ui {
  if (ui.overlay === 'size') return { ...ui, size: sizeReducer(ui.size, key) }
  const todayUsd = todaysPriceUsd(ui.frozen?.state ?? state)
  return { ...ui, whatIf: whatIfReducer(ui.whatIf, key, todayUsd) }
}

/** Esc closes one thing: the overlay, else the filter, else the expanded pane, else the view. */
function back(ui: Ui): Ui {
  if (ui.overlay !== 'none') return withOverlay(ui, 'none')
  if (ui.filter.phase !== 'off') return { ...ui, filter: { phase: 'off' } }
  if (ui.expanded !== null) return { ...ui, expanded: null }
  return { ...ui, view: INITIAL_UI.view, focus: PANES[INITIAL_UI.view][0], offsets: {} }
}

function nextPane(ui: Ui): Ui {
  const panes = PANES[ui.view]
  const focus = panes[(panes.indexOf(ui.focus) + 1) % panes.length] ?? panes[0]
  return { ...ui, focus, expanded: ui.expanded === null ? null : focus }
}

/** Selects another closed trade. */
function moveClosed(ui: Ui, by: number, { closed }: UiContext): Ui {
  const { rows, index } = closed
  const next = Math.max(0, Math.min(rows.count - 1, index + by))
  return { ...ui, closed: { index: next, id: next === 0 ? null : (rows.at(next)?.id ?? null) } }
}

function frozenAt({ now, state, history }: UiContext): NonNullable<Ui['frozen']> {
  return { at: now, state, history }
}

/** Moves the selection of the positions or of the closed trades, or scrolls the pane that has the focus within the limits of the last frame. */
function move(ui: Ui, by: number, context: UiContext): Ui {
  const target = MOVES_ROW.has(ui.overlay) ? ui.focus : 'overlay'
  if (target === 'closed') return moveClosed(ui, by, context)
  if (target === 'orders')
    return { ...ui, selectedOrderId: movedId(context.orderIds, ui.selectedOrderId, by) }
  if (target !== 'positions') {
    const offset = Math.max(
      0,
      Math.min(context.scrollLimits.get(target) ?? 0, (ui.offsets[target] ?? 0) + by),
    )
    return { ...ui, offsets: { ...ui.offsets, [target]: offset } }
  }
  return { ...ui, selectedId: movedId(context.ids, ui.selectedId, by) }
}

/** Overlays that show the selected row: the keys select another. */
const MOVES_ROW: ReadonlySet<Ui['overlay']> = new Set(['none', 'detail', 'order'])

function movedId(ids: readonly string[], selected: string | null, by: number): string | null {
  const index = selected === null ? 0 : Math.max(0, ids.indexOf(selected))
  return ids[Math.min(ids.length - 1, Math.max(0, index + by))] ?? null
}
