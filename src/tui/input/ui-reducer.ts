import {
  type Filter,
  INITIAL_UI,
  PANES,
  SORTS,
  type Ui,
  type UiAction,
  type UiContext,
  type Unit,
} from './ui-state.ts'

/** What the person sees next. Total: an action that means nothing now changes nothing. */
export function uiReducer(ui: Ui, action: UiAction, world: UiContext): Ui {
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
    case 'back':
      return back(ui)
    case 'next-pane':
      return nextPane(ui)
    case 'expand':
      return { ...ui, expanded: ui.expanded === null ? ui.focus : null }
    case 'move':
      return move(ui, action.by, world)
    case 'page':
      return move(ui, action.by * Math.max(1, (world.scrollLimits.get('positions') ?? 10) - 1), world)
    case 'end':
      return move(ui, action.which === 'first' ? -Infinity : Infinity, world)
    case 'freeze':
      return { ...ui, frozen: ui.frozen === null ? { at: world.now, state: world.state } : null }
    case 'acknowledge':
      return { ...ui, acknowledged: new Set([...ui.acknowledged, ...world.alertKeys]) }
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
      | 'back'
      | 'next-pane'
      | 'expand'
      | 'move'
      | 'page'
      | 'end'
      | 'freeze'
      | 'acknowledge'
  }
>

const UNITS: Readonly<Record<Unit, Unit>> = { sat: 'BTC', BTC: 'USD', USD: 'sat' }

/** How things are listed and written. */
function choose(ui: Ui, action: Choice): Ui {
  switch (action.type) {
    case 'filter-open':
      return { ...ui, filter: { phase: 'typing', text: textOf(ui.filter) } }
    case 'filter-text':
      return { ...ui, filter: { phase: 'typing', text: textOf(ui.filter) + action.text } }
    case 'filter-erase':
      return { ...ui, filter: { phase: 'typing', text: [...textOf(ui.filter)].slice(0, -1).join('') } }
    case 'filter-done':
      return {
        ...ui,
        filter: textOf(ui.filter) === '' ? { phase: 'off' } : { phase: 'set', text: textOf(ui.filter) },
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
  }
}

/** The text that positions and orders are filtered by; empty: all are shown. */
export function textOf(filter: Filter): string {
  return filter.phase === 'off' ? '' : filter.text
}

function withOverlay(ui: Ui, overlay: Ui['overlay']): Ui {
  const { overlay: _, ...offsets } = ui.offsets
  return { ...ui, overlay, offsets }
}

/** Esc takes back one thing: the overlay, then the filter, then the expanded pane, then the view. */
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

/** Moves the selection among positions, or scrolls what else has the focus. No further than the last layout could be scrolled. */
function move(ui: Ui, by: number, world: UiContext): Ui {
  const target = ui.overlay === 'none' || ui.overlay === 'detail' ? ui.focus : 'overlay'
  if (target !== 'positions') {
    const offset = Math.max(0, Math.min(world.scrollLimits.get(target) ?? 0, (ui.offsets[target] ?? 0) + by))
    return { ...ui, offsets: { ...ui.offsets, [target]: offset } }
  }
  const { ids } = world
  const index = ui.selectedId === null ? 0 : Math.max(0, ids.indexOf(ui.selectedId))
  const selectedId = ids[Math.min(ids.length - 1, Math.max(0, index + by))] ?? null
  return { ...ui, selectedId }
}
