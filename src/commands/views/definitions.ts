import { type CommandDefinition, defineCommand } from '../definition.ts'
import { CHECK_OPTIONS, LINE_OPTIONS, SCHEMA_ARGUMENTS, SNAPSHOT_OPTIONS, VIEW_OPTIONS } from './options.ts'

const NOTHING =
  'If nothing can be read, exits 7 if the exchange refuses, limits or does not answer requests as documented, 6 if its data is unreadable.'
const STALE = 'Exits 8 if the market data or a printed part is stale (older than 30 s).'
const UNREAD = 'Exits 6 if a printed part could not be read as a whole; the rest is printed.'

const SNAPSHOT = defineCommand({
  name: 'snapshot',
  summary: 'print the complete account and market once',
  details: [
    'Waits for the first complete snapshot. A part that cannot be read does not hold up the others: `parts` has its state and the reason.',
    NOTHING,
    STALE,
    'Exits 6 if a part that --fields or CSV asks for could not be read as a whole; the rest is printed.',
  ],
  options: SNAPSHOT_OPTIONS,
  examples: [
    { command: 'axisor snapshot --json', what: 'for scripts' },
    { command: 'axisor snapshot --fields totals.equitySats,positions.id', what: 'selected fields' },
    {
      command: 'axisor snapshot --format prom > axisor.prom.new && mv axisor.prom.new axisor.prom',
      what: "for the textfile collector of Prometheus' node exporter, which never sees half a file",
    },
  ],
  load: async () => (await import('./snapshot.ts')).snapshot,
})

const POSITIONS = defineCommand({
  name: 'positions',
  summary: 'print open positions, closest to liquidation first',
  details: [STALE, UNREAD],
  options: VIEW_OPTIONS,
  examples: [
    { command: 'axisor positions', what: 'as a table' },
    { command: 'axisor positions --csv > positions.csv', what: 'for a spreadsheet' },
  ],
  load: async () => (await import('./views.ts')).positions,
})

const ORDERS = defineCommand({
  name: 'orders',
  summary: 'print open orders',
  details: [STALE, UNREAD],
  options: VIEW_OPTIONS,
  examples: [{ command: "axisor orders --json | jq '.orders | length'", what: 'number of open orders' }],
  load: async () => (await import('./views.ts')).orders,
})

const ACCOUNT = defineCommand({
  name: 'account',
  summary: 'print balance, equity and margin',
  details: [STALE, UNREAD],
  options: VIEW_OPTIONS,
  examples: [{ command: "axisor account --json | jq '.totals.equitySats'", what: 'equity in sats' }],
  load: async () => (await import('./views.ts')).account,
})

const MARKET = defineCommand({
  name: 'market',
  summary: 'print prices and funding rate; needs no key',
  details: [STALE, UNREAD],
  options: VIEW_OPTIONS,
  examples: [{ command: "axisor market --json | jq '.market.indexUsd'", what: 'index price in USD' }],
  load: async () => (await import('./views.ts')).market,
})

const LINE = defineCommand({
  name: 'line',
  summary: 'print one line for tmux, waybar or a shell prompt',
  details: [STALE, 'Without data it prints NO DATA, or AUTH if the key is the reason.'],
  options: LINE_OPTIONS,
  examples: [{ command: 'axisor line --timeout 3s', what: 'in a status bar' }],
  load: async () => (await import('./line.ts')).line,
})

const CHECK = defineCommand({
  name: 'check',
  summary: 'check risk limits (for cron and monitoring)',
  details: [
    'Exits 0 if no limit is breached, else 9 with the reasons. Unknown or outdated data breaches every limit that depends on it: the reason of an unknown value is `unknown`.',
    "With --nagios a breach is CRITICAL (2). A value or an account that can't be read is UNKNOWN (3), and so is any error of usage or configuration. The line on stdout has performance data.",
  ],
  options: CHECK_OPTIONS,
  examples: [
    { command: 'axisor check --liq 5 || notify-send "axisor" "risk limit breached"', what: 'in cron' },
    { command: 'axisor check --nagios --liq 5', what: 'a command of Nagios or Icinga' },
  ],
  load: async () => (await import('./check.ts')).check,
})

const SCHEMA = defineCommand({
  name: 'schema',
  summary: 'print the JSON Schema of a document',
  details: [
    'snapshot: what axisor snapshot --json and axisor watch --json print. notice: what webhooks and command channels receive. event: a line of axisor watch --json --events. whatif and size: what these commands print.',
  ],
  args: SCHEMA_ARGUMENTS,
  options: {},
  examples: [
    { command: 'axisor schema > snapshot.schema.json', what: 'for a validator' },
    { command: 'axisor schema notice', what: 'for the receiver of a webhook' },
  ],
  load: async () => (await import('./schema.ts')).schema,
})

/** Commands that print data once. */
export const VIEW_COMMANDS: readonly CommandDefinition[] = [
  SNAPSHOT,
  POSITIONS,
  ORDERS,
  ACCOUNT,
  MARKET,
  LINE,
  CHECK,
  SCHEMA,
]
