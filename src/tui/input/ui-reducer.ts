import { CANDLE_LENGTHS } from '../../domain/candle-range.ts'
import { todaysPriceUsd } from '../../store/selectors/what-if.ts'
import { move } from './move.ts'
import { EMPTY_PALETTE } from './palette-input.ts'
import { sizeReducer, whatIfReducer } from './plan-input.ts'
import { pointerReducer } from './pointer.ts'
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
  UNITS,
} from './ui-state.ts'

/** Applies an action of the user. An action that does not apply returns the state unchanged. */
export function uiReducer(before: Ui, action: UiAction, context: UiContext): Ui {
  const ui = withShownFocus(before, context)
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
      return nextPane(ui, context)
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
    case 'palette-open':
      return { ...ui, palette: EMPTY_PALETTE }
    case 'click':
    case 'wheel':
      return pointerReducer(ui, action, context)
    case 'story':
      return { ...withOverlay(ui, ui.overlay === 'story' ? 'none' : 'story'), storyOf: action.row }
    default:
      return choose(ui, action)
  }
}

/** The focus of a pane that is not on the screen any more goes to the first one. */
function withShownFocus(ui: Ui, { panes }: UiContext): Ui {
  if (panes === null || ui.expanded !== null || panes.includes(ui.focus)) return ui
  return { ...ui, focus: PANES[ui.view][0] }
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
      | 'palette-open'
      | 'click'
      | 'wheel'
      | 'story'
  }
>

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
      return { ...ui, unit: UNITS[(UNITS.indexOf(ui.unit) + 1) % UNITS.length] ?? 'sat' }
    case 'basis':
      return { ...ui, basis: ui.basis === 'gross' ? 'net' : 'gross' }
    case 'choose':
      return { ...ui, ...action.choice }
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

/** What Enter opens in each pane: the selected row, else the pane in full. A closed trade has its story. */
const OPENED: Readonly<Record<PaneName, Ui['overlay']>> = {
  positions: 'detail',
  orders: 'order',
  events: 'events',
  closed: 'whole',
  funding: 'whole',
  connection: 'whole',
}

function openRow(ui: Ui): Ui {
  const overlay = OPENED[ui.expanded ?? ui.focus]
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

/** While one pane is alone, Tab goes through those of the view. */
function nextPane(ui: Ui, context: UiContext): Ui {
  const panes = (ui.expanded === null ? context.panes : null) ?? PANES[ui.view]
  const focus = panes[(panes.indexOf(ui.focus) + 1) % panes.length] ?? PANES[ui.view][0]
  return { ...ui, focus, expanded: ui.expanded === null ? null : focus }
}

function frozenAt({ now, state, history }: UiContext): NonNullable<Ui['frozen']> {
  return { at: now, state, history }
}
