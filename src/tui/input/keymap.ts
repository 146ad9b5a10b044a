import { isSizeKey, isWhatIfKey } from './plan-input.ts'
import type { Ui, UiAction } from './ui-state.ts'

/** The command of a key: a change of the ui state, or an action of the program. */
export type KeyCommand =
  | UiAction
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  | { readonly type: 'resync' }
  /** The alert that the last line names; in the list of alerts all of them. */
  | { readonly type: 'acknowledge' }
  /** Writes what the pane with the focus shows into a file. */
  | { readonly type: 'export' }

/** One row of the key table. */
export interface KeyBinding {
  /** Names of the keys as returned by `keyNames`. */
  readonly keys: readonly string[]
  readonly command: (key: string, ui: Ui) => KeyCommand
  /** Names of the keys in the help. */
  readonly shown: string
  readonly help: string
  /** Entry in the line of keys. Entries with a low priority are dropped first; 0 needs 100 columns. */
  readonly footer?: {
    readonly key: string
    /** In its place on a terminal that shows only ASCII. */
    readonly asciiKey?: string
    readonly label: string
    readonly wideLabel?: string
    readonly priority: number
  }
}

const constant = (command: KeyCommand) => (): KeyCommand => command
const views: readonly UiAction[] = (
  ['overview', 'positions', 'orders', 'history', 'funding', 'diagnostics'] as const
).map(view => ({ type: 'view', view }))

/** The key table, read by the dispatcher, the line of keys and the help. No key can place or change an order. */
export const KEYS: readonly KeyBinding[] = [
  {
    keys: ['?'],
    command: constant({ type: 'overlay', overlay: 'help' }),
    shown: '?',
    help: 'this help',
    footer: { key: '?', label: 'help', priority: 8 },
  },
  {
    keys: ['1', '2', '3', '4', '5', '6'],
    command: key => views[Number(key) - 1] ?? { type: 'back' },
    shown: '1–6',
    help: '1 overview 2 positions 3 orders 4 history 5 funding 6 diagnostics',
    footer: {
      key: '1-6',
      label: ' view',
      wideLabel: ' overview · positions · orders · history · funding · diagnostics',
      priority: 7,
    },
  },
  {
    keys: ['tab'],
    command: constant({ type: 'next-pane' }),
    shown: 'Tab',
    help: 'next pane',
    footer: { key: 'Tab', label: ' pane', priority: 0 },
  },
  {
    keys: ['j', 'down'],
    command: constant({ type: 'move', by: 1 }),
    shown: 'j ↓',
    help: 'down',
    footer: { key: 'j/k', label: ' move', priority: 4 },
  },
  { keys: ['k', 'up'], command: constant({ type: 'move', by: -1 }), shown: 'k ↑', help: 'up' },
  { keys: ['g', 'home'], command: constant({ type: 'end', which: 'first' }), shown: 'g Home', help: 'first' },
  { keys: ['G', 'end'], command: constant({ type: 'end', which: 'last' }), shown: 'G End', help: 'last' },
  {
    keys: ['pagedown', 'pageup'],
    command: key => ({ type: 'page', by: key === 'pagedown' ? 1 : -1 }),
    shown: 'PgUp/Dn',
    help: 'a page up or down',
  },
  {
    keys: ['enter'],
    command: constant({ type: 'open' }),
    shown: 'Enter',
    help: 'the selected row in full',
    footer: { key: '⏎', asciiKey: 'Enter', label: ' detail', priority: 5 },
  },
  { keys: ['escape'], command: constant({ type: 'back' }), shown: 'Esc', help: 'back' },
  {
    keys: ['s'],
    command: constant({ type: 'sort' }),
    shown: 's',
    help: 'sort: risk, P&L, size, age',
    footer: { key: 's', label: ' sort', priority: 3 },
  },
  { keys: ['S'], command: constant({ type: 'sort-reverse' }), shown: 'S', help: 'reverse the sort order' },
  {
    keys: ['u'],
    command: constant({ type: 'unit' }),
    shown: 'u',
    help: 'amounts in sats, BTC, USD',
    footer: { key: 'u', label: ' unit', priority: 2 },
  },
  {
    keys: ['p'],
    command: constant({ type: 'basis' }),
    shown: 'p',
    help: 'P&L before or after fees',
    footer: { key: 'p', label: ' gross/net', priority: 0 },
  },
  {
    keys: ['/'],
    command: constant({ type: 'filter-open' }),
    shown: '/',
    help: 'filter by id, side or mode',
    footer: { key: '/', label: ' filter', priority: 1 },
  },
  {
    keys: ['e'],
    command: constant({ type: 'expand' }),
    shown: 'e',
    help: 'expand the pane, and back',
    footer: { key: 'e', label: ' expand', priority: 0 },
  },
  {
    keys: ['x'],
    command: constant({ type: 'export' }),
    shown: 'x',
    help: 'export the pane as CSV',
    footer: { key: 'x', label: ' export', priority: 0 },
  },
  {
    keys: ['f'],
    command: constant({ type: 'freeze' }),
    shown: 'f',
    help: 'freeze or resume the screen',
    footer: { key: 'f', label: ' freeze', priority: 6 },
  },
  {
    keys: ['w'],
    command: constant({ type: 'overlay', overlay: 'whatif' }),
    shown: 'w',
    help: 'what if: another price',
    footer: { key: 'w', label: ' what-if', priority: 0 },
  },
  {
    keys: ['z'],
    command: constant({ type: 'overlay', overlay: 'size' }),
    shown: 'z',
    help: 'size from risk and stop',
    footer: { key: 'z', label: ' size', priority: 0 },
  },
  {
    keys: ['r'],
    command: constant({ type: 'resync' }),
    shown: 'r',
    help: 'read everything again now',
    footer: { key: 'r', label: ' resync', priority: 0 },
  },
  {
    keys: ['a'],
    command: constant({ type: 'acknowledge' }),
    shown: 'a',
    help: 'acknowledge the named alert',
    footer: { key: 'a', label: ' ack', priority: 0 },
  },
  {
    keys: ['A'],
    command: constant({ type: 'overlay', overlay: 'alerts' }),
    shown: 'A',
    help: 'all alerts; a acks them all',
    footer: { key: 'A', label: ' alerts', priority: 0 },
  },
  {
    keys: ['*'],
    command: constant({ type: 'mask' }),
    shown: '*',
    help: 'hide or show amounts',
    footer: { key: '*', label: ' privacy', priority: 0 },
  },
  {
    keys: ['t'],
    command: constant({ type: 'zone' }),
    shown: 't',
    help: 'times in UTC or local',
    footer: { key: 't', label: ' UTC/local', priority: 0 },
  },
  {
    keys: ['[', ']'],
    command: (key, { view }) => ({
      type: view === 'history' ? 'range' : 'candle-range',
      by: key === ']' ? 1 : -1,
    }),
    shown: '[ ]',
    help: 'other candles, equity curve',
    footer: { key: '[ ]', label: ' candles', priority: 0 },
  },
  {
    keys: ['L'],
    command: constant({ type: 'overlay', overlay: 'log' }),
    shown: 'L',
    help: 'connection log',
    footer: { key: 'L', label: ' log', priority: 0 },
  },
  {
    keys: ['q', 'ctrl-c'],
    command: constant({ type: 'quit' }),
    shown: 'q Ctrl-C',
    help: 'quit',
    footer: { key: 'q', label: ' quit', priority: 9 },
  },
  {
    keys: ['ctrl-z'],
    command: constant({ type: 'suspend' }),
    shown: 'Ctrl-Z',
    help: 'suspend; fg resumes',
  },
]

const BY_KEY = new Map(KEYS.flatMap(binding => binding.keys.map(key => [key, binding] as const)))

/** The command of a key; null if it has none. While the filter is typed, characters go into it; digits into the what-if and the size. */
export function commandFor(key: string, ui: Ui): KeyCommand | null {
  if (ui.filter.phase === 'typing' && !key.startsWith('ctrl-')) return filterCommand(key, ui)
  if (isPlanKey(key, ui)) return { type: 'plan-key', key }
  return BY_KEY.get(key)?.command(key, ui) ?? null
}

function isPlanKey(key: string, { overlay, whatIf }: Ui): boolean {
  if (overlay === 'whatif') return isWhatIfKey(key, whatIf)
  return overlay === 'size' && isSizeKey(key)
}

function filterCommand(key: string, ui: Ui): KeyCommand | null {
  if (key === 'enter') return { type: 'filter-done' }
  if (key === 'escape') return { type: 'back' }
  if (key === 'backspace') return { type: 'filter-erase' }
  if ([...key].length === 1) return { type: 'filter-text', text: key }
  return BY_KEY.get(key)?.command(key, ui) ?? null
}
