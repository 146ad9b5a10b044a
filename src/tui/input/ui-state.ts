import type { CandleLength } from '../../domain/candle-range.ts'
import type { CurveRange } from '../../ledger/curve-buckets.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import type { HistoryRows, HistoryView } from '../../ports/account-history.ts'
import type { State } from '../../store/state.ts'
import type { PaletteInput } from './palette-input.ts'
import { INITIAL_SIZE, INITIAL_WHAT_IF, type SizeInput, type WhatIfInput } from './plan-input.ts'

/** The views, in the order of the keys 1 to 6. */
export const VIEWS = ['overview', 'positions', 'orders', 'history', 'funding', 'diagnostics'] as const
/** A view; its panes are in `PANES`. */
export type View = (typeof VIEWS)[number]

/** A pane that can have the focus. */
export type PaneName = 'positions' | 'orders' | 'closed' | 'funding' | 'events' | 'connection'

/** The panes of each view, in the order of Tab. */
export const PANES: Readonly<Record<View, readonly [PaneName, ...PaneName[]]>> = {
  overview: ['positions', 'orders', 'events'],
  positions: ['positions'],
  orders: ['orders'],
  history: ['closed'],
  funding: ['funding'],
  diagnostics: ['connection', 'events'],
}

/** A pane that covers the view until Esc. */
export type OverlayName =
  | 'none'
  | 'help'
  | 'detail'
  | 'order'
  | 'events'
  | 'whatif'
  | 'size'
  | 'alerts'
  | 'log'
  | 'story'
  | 'whole'
  | 'sum'

/** Sort orders of the positions, in the order of the key. */
export const SORTS = ['risk', 'P&L', 'size', 'age'] as const
/** `risk`: nearest to liquidation first. `age`: oldest first. The others: largest first. */
type Sort = (typeof SORTS)[number]

/** Units of amounts, in the order of the key. Prices are always in USD. */
export const UNITS = ['sat', 'BTC', 'USD'] as const
/** Unit of amounts. */
type Unit = (typeof UNITS)[number]

/** P&L before (gross) or after (net) the fees for opening and for closing now. */
export const BASES = ['gross', 'net'] as const

/** The filter of positions and orders. In the phase `typing`, characters are text and not keys. */
export type Filter =
  | { readonly phase: 'off' }
  | { readonly phase: 'typing'; readonly text: string }
  | { readonly phase: 'set'; readonly text: string }

/** What a key did, for keys whose effect may not be visible. */
export interface Answer {
  readonly text: string
  /** Our clock. */
  readonly until: number
}

/** The choices of the user. */
export interface Ui {
  readonly view: View
  readonly overlay: OverlayName
  readonly focus: PaneName
  /** The pane that takes the whole body; null if none does. */
  readonly expanded: PaneName | null
  /** Id of the selected position; null for the first of the list. */
  readonly selectedId: string | null
  /** Id of the selected order; null for the first of the list. */
  readonly selectedOrderId: string | null
  readonly whatIf: WhatIfInput
  readonly size: SizeInput
  /** First visible row of the overlay and of each pane but the positions and orders. */
  readonly offsets: Readonly<Partial<Record<PaneName | 'overlay', number>>>
  readonly filter: Filter
  readonly sort: { readonly by: Sort; readonly order: 'usual' | 'reversed' }
  readonly unit: Unit
  readonly basis: (typeof BASES)[number]
  readonly amounts: 'shown' | 'masked'
  readonly zone: 'utc' | 'local'
  /** The length of the candles of the chart. */
  readonly candleRange: CandleLength
  /** The state held on the screen, and since when (ms, our clock); null if the newest is shown. */
  readonly frozen: {
    readonly at: number
    readonly state: State
    readonly history: HistoryView | null
  } | null
  /** The selected closed trade or fill: its index, newest first, and its id, which it keeps when others come before it. */
  readonly closed: { readonly index: number; readonly id: string | null }
  /** The closed trade or fill whose story is shown; null before the first one. */
  readonly storyOf: HistoryRow | null
  /** The range of the equity curve. */
  readonly range: CurveRange
  /** What the last key did, if the screen does not show it. */
  readonly answer: Answer | null
  /** What is typed into the palette; null while it is closed. */
  readonly palette: PaletteInput | null
  /** The row that the mouse has selected: another click on it opens it. Null after a key. */
  readonly clicked: ClickedRow | null
}

/** The choices that the palette sets by their values. */
export type Choices = Pick<Ui, 'unit' | 'basis' | 'sort' | 'amounts' | 'zone' | 'candleRange' | 'range'>

/** What the mouse can point at: with several accounts also their tabs, and their rows in the sum. */
export type PointerZone = PaneName | 'overlay' | 'palette' | 'tabs' | 'sum'

/** A row of a list: of the positions, orders, closed trades or commands. */
export interface ClickedRow {
  readonly zone: PointerZone
  /** Id of the position, order or trade, or name of the command. */
  readonly row: string
}

/** The state of a new dashboard. */
export const INITIAL_UI: Ui = {
  view: 'overview',
  overlay: 'none',
  focus: 'positions',
  expanded: null,
  selectedId: null,
  selectedOrderId: null,
  whatIf: INITIAL_WHAT_IF,
  size: INITIAL_SIZE,
  offsets: {},
  filter: { phase: 'off' },
  sort: { by: 'risk', order: 'usual' },
  unit: 'sat',
  basis: 'gross',
  amounts: 'shown',
  zone: 'local',
  candleRange: '1h',
  frozen: null,
  answer: null,
  closed: { index: 0, id: null },
  storyOf: null,
  range: '7d',
  palette: null,
  clicked: null,
}

/** Ranges of the equity curve, in the order of the keys. */
export const RANGES = ['24h', '7d', '30d', '1y'] as const satisfies readonly CurveRange[]

/** An action of the user that changes the ui state. */
export type UiAction =
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'overlay'; readonly overlay: Exclude<OverlayName, 'none' | 'story'> }
  /** The selected row of the pane that has the focus, as an overlay. */
  | { readonly type: 'open' }
  /** A key of the what-if or of the size. */
  | { readonly type: 'plan-key'; readonly key: string }
  | { readonly type: 'back' }
  | { readonly type: 'next-pane' }
  | { readonly type: 'expand' }
  /** By rows, by pages, or to an end. */
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
  /** The next longer candles, or the next shorter ones. */
  | { readonly type: 'candle-range'; readonly by: 1 | -1 }
  | { readonly type: 'freeze' }
  | { readonly type: 'palette-open' }
  /** Sets what other keys change in steps. */
  | { readonly type: 'choose'; readonly choice: Partial<Choices> }
  /** A click on a pane, and on the row with this id. */
  | { readonly type: 'click'; readonly pane: PaneName; readonly row: string | null }
  /** Moves the selection of a pane, or scrolls it, wherever the focus is. */
  | { readonly type: 'wheel'; readonly pane: PaneName | 'overlay'; readonly by: number }
  /** Shows the story of a closed trade or fill. */
  | { readonly type: 'story'; readonly row: HistoryRow }
  /** A longer (1) or shorter (-1) range of the equity curve. */
  | { readonly type: 'range'; readonly by: 1 | -1 }

/** The data that the reducer depends on. */
export interface UiContext {
  readonly now: number
  readonly state: State
  readonly history: HistoryView | null
  /** Closed trades and fills, newest first, and the index of the selected one. */
  readonly closed: { readonly rows: HistoryRows; readonly index: number }
  /** Ids of the positions in the order of the list. */
  readonly ids: readonly string[]
  /** Ids of the orders in the order of the list. */
  readonly orderIds: readonly string[]
  /** The panes on the screen that can have the focus, in the order of Tab; null for all those of the view. */
  readonly panes: readonly PaneName[] | null
  /** Rows per page for the positions and the closed trades; largest offset for everything else. */
  readonly scrollLimits: ReadonlyMap<PaneName | 'overlay', number>
}
