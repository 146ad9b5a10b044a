import type { KeyBinding, KeyCommand } from './key-binding.ts'
import {
  BASIS_SETTING,
  CANDLES_SETTING,
  MASK_SETTING,
  RANGE_SETTING,
  SORT_SETTING,
  UNIT_SETTING,
  ZONE_SETTING,
} from './settings.ts'
import { VIEWS, type View } from './ui-state.ts'

const constant = (command: KeyCommand) => (): KeyCommand => command
const viewKeys = VIEWS.map((_, index) => String(index + 1))

const VIEW_HELP: Readonly<Record<View, string>> = {
  overview: 'everything at once',
  positions: 'all positions, and the ladder',
  orders: 'all orders',
  history: 'sums, curve, closed trades',
  funding: 'next and past funding',
  diagnostics: 'connection, parts and events',
}

/** The key table, read by the dispatcher, the palette, the line of keys and the help. No key can place or change an order. */
export const KEYS: readonly KeyBinding[] = [
  {
    keys: ['?'],
    names: [{ key: '?', name: 'help' }],

    command: constant({ type: 'overlay', overlay: 'help' }),
    shown: '?',
    help: 'this help',
    footer: { key: '?', label: 'help', priority: 8 },
  },
  {
    keys: viewKeys,
    names: VIEWS.map((view, index) => ({
      key: viewKeys[index] ?? '',
      name: `view ${view}`,
      help: VIEW_HELP[view],
    })),
    command: key => ({ type: 'view', view: VIEWS[Number(key) - 1] ?? 'overview' }),
    shown: '1–6',
    help: VIEWS.map((view, index) => `${index + 1} ${view}`).join(' '),
    footer: {
      key: '1-6',
      label: ' view',
      wideLabel: ' overview · positions · orders · history · funding · diagnostics',
      priority: 7,
    },
  },
  {
    keys: ['P'],
    names: [{ key: 'P', name: 'next account' }],
    command: constant({ type: 'next-account' }),
    shown: 'P',
    help: 'next account, or their sum',
    needsAccounts: true,
    footer: { key: 'P', label: ' account', priority: 7.5 },
  },
  {
    keys: ['tab'],
    names: [{ key: 'tab', name: 'next pane' }],

    command: constant({ type: 'next-pane' }),
    shown: 'Tab',
    help: 'next pane',
    footer: { key: 'Tab', label: ' pane', priority: 0 },
  },
  {
    keys: ['j', 'down', 'k', 'up'],
    names: [
      { key: 'j', name: 'down', help: 'the next row' },
      { key: 'k', name: 'up', help: 'the previous row' },
    ],
    command: key => ({ type: 'move', by: key === 'j' || key === 'down' ? 1 : -1 }),
    shown: 'j k ↓ ↑',
    help: 'down, up',
    footer: { key: 'j/k', label: ' move', priority: 4 },
  },
  {
    keys: ['g', 'home', 'G', 'end'],
    names: [
      { key: 'g', name: 'first', help: 'the first row' },
      { key: 'G', name: 'last', help: 'the last row' },
    ],
    command: key => ({ type: 'end', which: key === 'g' || key === 'home' ? 'first' : 'last' }),
    shown: 'g G',
    help: 'first, last; also Home, End',
  },
  {
    keys: ['pagedown', 'pageup'],
    names: [
      { key: 'pagedown', name: 'page down', help: 'a page down' },
      { key: 'pageup', name: 'page up', help: 'a page up' },
    ],
    command: key => ({ type: 'page', by: key === 'pagedown' ? 1 : -1 }),
    shown: 'PgUp/Dn',
    help: 'a page up or down',
  },
  {
    keys: ['enter'],
    names: [{ key: 'enter', name: 'open' }],

    command: constant({ type: 'open' }),
    shown: 'Enter',
    help: 'the row or the pane in full',
    footer: { key: '⏎', asciiKey: 'Enter', label: ' detail', priority: 5 },
  },
  {
    keys: ['escape'],
    names: [{ key: 'escape', name: 'back' }],
    command: constant({ type: 'back' }),
    shown: 'Esc',
    help: 'back',
  },
  {
    keys: ['s'],
    names: [{ key: 's', name: 'sort' }],
    settings: [SORT_SETTING],
    command: constant({ type: 'sort' }),
    shown: 's',
    help: 'sort: risk, P&L, size, age',
    footer: { key: 's', label: ' sort', priority: 3 },
  },
  {
    keys: ['S'],
    names: [{ key: 'S', name: 'reverse sort' }],
    command: constant({ type: 'sort-reverse' }),
    shown: 'S',
    help: 'reverse the sort order',
  },
  {
    keys: ['u'],
    names: [{ key: 'u', name: 'unit' }],
    settings: [UNIT_SETTING],
    command: constant({ type: 'unit' }),
    shown: 'u',
    help: 'amounts in sats, BTC, USD',
    footer: { key: 'u', label: ' unit', priority: 2 },
  },
  {
    keys: ['p'],
    names: [{ key: 'p', name: 'basis' }],
    settings: [BASIS_SETTING],
    command: constant({ type: 'basis' }),
    shown: 'p',
    help: 'P&L before or after fees',
    footer: { key: 'p', label: ' gross/net', priority: 0 },
  },
  {
    keys: ['/'],
    names: [{ key: '/', name: 'filter' }],

    command: constant({ type: 'filter-open' }),
    shown: '/',
    help: 'filter by id, side or mode',
    footer: { key: '/', label: ' filter', priority: 1 },
  },
  {
    keys: [':'],
    names: [],
    command: constant({ type: 'palette-open' }),
    shown: ':',
    help: 'all commands by their names',
    footer: { key: ':', label: ' command', priority: 0 },
  },
  {
    keys: ['e'],
    names: [{ key: 'e', name: 'expand' }],

    command: constant({ type: 'expand' }),
    shown: 'e',
    help: 'expand the pane, and back',
    footer: { key: 'e', label: ' expand', priority: 0 },
  },
  {
    keys: ['f'],
    names: [{ key: 'f', name: 'freeze' }],

    command: constant({ type: 'freeze' }),
    shown: 'f',
    help: 'freeze or resume the screen',
    footer: { key: 'f', label: ' freeze', priority: 6 },
  },
  {
    keys: ['w'],
    names: [{ key: 'w', name: 'what-if' }],

    command: constant({ type: 'overlay', overlay: 'whatif' }),
    shown: 'w',
    help: 'what if: another price',
    footer: { key: 'w', label: ' what-if', priority: 0 },
  },
  {
    keys: ['z'],
    names: [{ key: 'z', name: 'size' }],

    command: constant({ type: 'overlay', overlay: 'size' }),
    shown: 'z',
    help: 'size from risk and stop',
    footer: { key: 'z', label: ' size', priority: 0 },
  },
  {
    keys: ['x'],
    names: [{ key: 'x', name: 'export' }],

    command: constant({ type: 'export' }),
    shown: 'x',
    help: 'export the pane as CSV',
    footer: { key: 'x', label: ' export', priority: 0 },
  },
  {
    keys: ['r'],
    names: [{ key: 'r', name: 'resync' }],

    command: constant({ type: 'resync' }),
    shown: 'r',
    help: 'read everything again now',
    footer: { key: 'r', label: ' resync', priority: 0 },
  },
  {
    keys: ['a'],
    names: [{ key: 'a', name: 'acknowledge' }],

    command: constant({ type: 'acknowledge' }),
    shown: 'a',
    help: 'acknowledge the named alert',
    footer: { key: 'a', label: ' ack', priority: 0 },
  },
  {
    keys: ['A'],
    names: [{ key: 'A', name: 'alerts' }],

    command: constant({ type: 'overlay', overlay: 'alerts' }),
    shown: 'A',
    help: 'all alerts; a acks them all',
    footer: { key: 'A', label: ' alerts', priority: 0 },
  },
  {
    keys: ['*'],
    names: [{ key: '*', name: 'mask' }],
    settings: [MASK_SETTING],
    command: constant({ type: 'mask' }),
    shown: '*',
    help: 'hide or show amounts',
    footer: { key: '*', label: ' privacy', priority: 0 },
  },
  {
    keys: ['t'],
    names: [{ key: 't', name: 'zone' }],
    settings: [ZONE_SETTING],
    command: constant({ type: 'zone' }),
    shown: 't',
    help: 'times in UTC or local',
    footer: { key: 't', label: ' UTC/local', priority: 0 },
  },
  {
    keys: ['[', ']'],
    names: [
      { key: ']', name: 'longer', help: 'longer candles, or curve' },
      { key: '[', name: 'shorter', help: 'shorter candles, or curve' },
    ],
    settings: [CANDLES_SETTING, RANGE_SETTING],
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
    names: [{ key: 'L', name: 'log' }],

    command: constant({ type: 'overlay', overlay: 'log' }),
    shown: 'L',
    help: 'connection log',
    footer: { key: 'L', label: ' log', priority: 0 },
  },
  {
    keys: ['q', 'ctrl-c'],
    names: [{ key: 'q', name: 'quit' }],

    command: constant({ type: 'quit' }),
    shown: 'q Ctrl-C',
    help: 'quit',
    footer: { key: 'q', label: ' quit', priority: 9 },
  },
  {
    keys: ['ctrl-z'],
    names: [{ key: 'ctrl-z', name: 'suspend' }],

    command: constant({ type: 'suspend' }),
    shown: 'Ctrl-Z',
    help: 'suspend; fg resumes',
  },
]
