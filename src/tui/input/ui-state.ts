import type { State } from '../../store/state.ts'

/** The screens, in the order of the keys 1 to 6. */
export const VIEWS = ['overview', 'positions', 'orders', 'history', 'funding', 'diagnostics'] as const
/** Each has its own panes: see `PANES`. */
export type View = (typeof VIEWS)[number]

/** A part of the screen that can have the focus. */
export type Pane = 'positions' | 'orders' | 'closed' | 'funding' | 'events' | 'connection'

/** Which panes a view has, in the order of Tab. */
export const PANES: Readonly<Record<View, readonly [Pane, ...Pane[]]>> = {
  overview: ['positions', 'orders', 'events'],
  positions: ['positions'],
  orders: ['orders'],
  history: ['closed'],
  funding: ['funding'],
  diagnostics: ['connection', 'events'],
}

/** What lies over the view until Esc. */
export type Overlay = 'none' | 'help' | 'detail' | 'alerts' | 'log'

/** What positions can be sorted by, in the order of the key; the first is where everybody starts. */
export const SORTS = ['risk', 'P&L', 'size', 'age'] as const
/** Risk: nearest to liquidation first. The others: largest first; age: oldest first. */
type Sort = (typeof SORTS)[number]

/** What amounts are written in. Prices are always in USD. */
export type Unit = 'sat' | 'BTC' | 'USD'
/** P&L before (gross) or after (net) the fees of opening and of closing now. */
type Basis = 'gross' | 'net'

/** While it is typed, letters are no keys. */
export type Filter =
  | { readonly phase: 'off' }
  | { readonly phase: 'typing'; readonly text: string }
  | { readonly phase: 'set'; readonly text: string }

/** All that the person in front of the screen has chosen. */
export interface Ui {
  readonly view: View
  readonly overlay: Overlay
  readonly focus: Pane
  /** The pane that has the whole body to itself. */
  readonly expanded: Pane | null
  /** The selected position; null: the first of the list. */
  readonly selectedId: string | null
  /** First row shown of panes other than the positions, and of an overlay. */
  readonly offsets: Readonly<Partial<Record<Pane | 'overlay', number>>>
  readonly filter: Filter
  readonly sort: { readonly by: Sort; readonly order: 'usual' | 'reversed' }
  readonly unit: Unit
  readonly basis: Basis
  readonly amounts: 'shown' | 'masked'
  readonly zone: 'utc' | 'local'
  /** The state that is held on the screen since a moment (our clock); null: the newest is shown. */
  readonly frozen: { readonly at: number; readonly state: State } | null
  /** Alerts that were acknowledged: id of the position and level. */
  readonly acknowledged: ReadonlySet<string>
}

/** What a dashboard opens with. */
export const INITIAL_UI: Ui = {
  view: 'overview',
  overlay: 'none',
  focus: 'positions',
  expanded: null,
  selectedId: null,
  offsets: {},
  filter: { phase: 'off' },
  sort: { by: 'risk', order: 'usual' },
  unit: 'sat',
  basis: 'gross',
  amounts: 'shown',
  zone: 'local',
  frozen: null,
  acknowledged: new Set(),
}

/** One wish of the person. */
export type UiAction =
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'overlay'; readonly overlay: Exclude<Overlay, 'none'> }
  | { readonly type: 'back' }
  | { readonly type: 'next-pane' }
  | { readonly type: 'expand' }
  /** By rows, by screens, or to an end. */
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'page'; readonly by: number }
  | { readonly type: 'end'; readonly which: 'first' | 'last' }
  | { readonly type: 'filter-open' }
  | { readonly type: 'filter-text'; readonly text: string }
  | { readonly type: 'filter-erase' }
  | { readonly type: 'filter-done' }
  | { readonly type: 'sort' }
  | { readonly type: 'sort-reverse' }
  | { readonly type: 'unit' }
  | { readonly type: 'basis' }
  | { readonly type: 'mask' }
  | { readonly type: 'zone' }
  | { readonly type: 'freeze' }
  | { readonly type: 'acknowledge' }

/** What the reducer must know of the world at that moment. */
export interface UiContext {
  readonly now: number
  readonly state: State
  /** Ids of the positions as listed now. */
  readonly ids: readonly string[]
  /** Of the positions: rows that one screen shows; of everything else: how far it can be scrolled. */
  readonly scrollLimits: ReadonlyMap<Pane | 'overlay', number>
  /** Keys of the alerts that are active now. */
  readonly alertKeys: readonly string[]
}
