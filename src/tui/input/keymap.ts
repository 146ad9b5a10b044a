import type { Ui, UiAction } from './ui-state.ts'

/** What a key asks for: a change of what is seen, or something of the world outside. */
export type KeyCommand =
  | UiAction
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  | { readonly type: 'resync' }

/** One row of the key table. */
export interface KeyBinding {
  /** Names of the keys, as `keyName` gives them. */
  readonly keys: readonly string[]
  readonly command: (key: string) => KeyCommand
  /** How the help names the keys. */
  readonly shown: string
  readonly help: string
  /** In the line of keys at the bottom: the words after the key, and how important they are (higher stays longer). */
  readonly footer?: {
    readonly key: string
    readonly word: string
    readonly wideWord?: string
    readonly keep: number
  }
}

const constant = (request: KeyCommand) => (): KeyCommand => request
const views: readonly UiAction[] = (
  ['overview', 'positions', 'orders', 'history', 'funding', 'diagnostics'] as const
).map(view => ({ type: 'view', view }))

/** The one table: the dispatcher, the line at the bottom and the help all read it. No key can place or change an order. */
export const KEYS: readonly KeyBinding[] = [
  {
    keys: ['?'],
    command: constant({ type: 'overlay', overlay: 'help' }),
    shown: '?',
    help: 'this help',
    footer: { key: '?', word: 'help', keep: 8 },
  },
  {
    keys: ['1', '2', '3', '4', '5', '6'],
    command: key => views[Number(key) - 1] ?? { type: 'back' },
    shown: '1–6',
    help: '1 overview 2 positions 3 orders 4 history 5 funding 6 diagnostics',
    footer: {
      key: '1-6',
      word: ' view',
      wideWord: ' overview · positions · orders · history · funding · diagnostics',
      keep: 7,
    },
  },
  {
    keys: ['tab'],
    command: constant({ type: 'next-pane' }),
    shown: 'Tab',
    help: 'next pane',
    footer: { key: 'Tab', word: ' pane', keep: 0 },
  },
  {
    keys: ['j', 'down'],
    command: constant({ type: 'move', by: 1 }),
    shown: 'j ↓',
    help: 'down',
    footer: { key: 'j/k', word: ' move', keep: 4 },
  },
  { keys: ['k', 'up'], command: constant({ type: 'move', by: -1 }), shown: 'k ↑', help: 'up' },
  { keys: ['g', 'home'], command: constant({ type: 'end', which: 'first' }), shown: 'g Home', help: 'first' },
  { keys: ['G', 'end'], command: constant({ type: 'end', which: 'last' }), shown: 'G End', help: 'last' },
  { keys: ['pagedown'], command: constant({ type: 'page', by: 1 }), shown: 'PgDn', help: 'a screen down' },
  { keys: ['pageup'], command: constant({ type: 'page', by: -1 }), shown: 'PgUp', help: 'a screen up' },
  {
    keys: ['enter'],
    command: constant({ type: 'overlay', overlay: 'detail' }),
    shown: 'Enter',
    help: 'the position in detail',
    footer: { key: '⏎', word: ' detail', keep: 5 },
  },
  { keys: ['escape'], command: constant({ type: 'back' }), shown: 'Esc', help: 'back' },
  {
    keys: ['s'],
    command: constant({ type: 'sort' }),
    shown: 's',
    help: 'sort: risk, P&L, size, age',
    footer: { key: 's', word: ' sort', keep: 3 },
  },
  { keys: ['S'], command: constant({ type: 'sort-reverse' }), shown: 'S', help: 'the other way round' },
  {
    keys: ['u'],
    command: constant({ type: 'unit' }),
    shown: 'u',
    help: 'amounts in sats, BTC, USD',
    footer: { key: 'u', word: ' unit', keep: 2 },
  },
  {
    keys: ['p'],
    command: constant({ type: 'basis' }),
    shown: 'p',
    help: 'P&L before or after fees',
    footer: { key: 'p', word: ' gross/net', keep: 0 },
  },
  {
    keys: ['/'],
    command: constant({ type: 'filter-open' }),
    shown: '/',
    help: 'filter by id, side or mode',
    footer: { key: '/', word: ' filter', keep: 1 },
  },
  {
    keys: ['e'],
    command: constant({ type: 'expand' }),
    shown: 'e',
    help: 'the pane alone, and back',
    footer: { key: 'e', word: ' expand', keep: 0 },
  },
  {
    keys: ['f'],
    command: constant({ type: 'freeze' }),
    shown: 'f',
    help: 'freeze the screen, and go on',
    footer: { key: 'f', word: ' freeze', keep: 6 },
  },
  {
    keys: ['r'],
    command: constant({ type: 'resync' }),
    shown: 'r',
    help: 'read everything again now',
    footer: { key: 'r', word: ' resync', keep: 0 },
  },
  {
    keys: ['a'],
    command: constant({ type: 'acknowledge' }),
    shown: 'a',
    help: 'acknowledge the alerts',
    footer: { key: 'a', word: ' ack', keep: 0 },
  },
  {
    keys: ['A'],
    command: constant({ type: 'overlay', overlay: 'alerts' }),
    shown: 'A',
    help: 'all alerts',
    footer: { key: 'A', word: ' alerts', keep: 0 },
  },
  {
    keys: ['*'],
    command: constant({ type: 'mask' }),
    shown: '*',
    help: 'hide amounts, and show them',
    footer: { key: '*', word: ' privacy', keep: 0 },
  },
  {
    keys: ['t'],
    command: constant({ type: 'zone' }),
    shown: 't',
    help: 'times in UTC or local',
    footer: { key: 't', word: ' UTC/local', keep: 0 },
  },
  {
    keys: ['L'],
    command: constant({ type: 'overlay', overlay: 'log' }),
    shown: 'L',
    help: 'log of the connection',
    footer: { key: 'L', word: ' log', keep: 0 },
  },
  {
    keys: ['q', 'ctrl-c'],
    command: constant({ type: 'quit' }),
    shown: 'q Ctrl-C',
    help: 'quit',
    footer: { key: 'q', word: ' quit', keep: 9 },
  },
  {
    keys: ['ctrl-z'],
    command: constant({ type: 'suspend' }),
    shown: 'Ctrl-Z',
    help: 'to the shell; fg comes back',
  },
]

const BY_KEY = new Map(KEYS.flatMap(row => row.keys.map(key => [key, row] as const)))

/** What a key asks for now; null: nothing. While a filter is typed, letters go into it. */
export function commandFor(key: string, ui: Ui): KeyCommand | null {
  if (ui.filter.phase === 'typing' && !key.startsWith('ctrl-')) return typed(key)
  return BY_KEY.get(key)?.command(key) ?? null
}

function typed(key: string): KeyCommand | null {
  if (key === 'enter') return { type: 'filter-done' }
  if (key === 'escape') return { type: 'back' }
  if (key === 'backspace') return { type: 'filter-erase' }
  if ([...key].length === 1) return { type: 'filter-text', text: key }
  return BY_KEY.get(key)?.command(key) ?? null
}
