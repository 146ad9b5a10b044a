import { COMPLETION } from './completion/definition.ts'
import {
  type CommandDefinition,
  SCENARIO_NAMES,
  SCRIPT_OPTIONS,
  SOURCE_OPTIONS,
  TIMEOUT_OPTION,
} from './definition.ts'
import { ACCOUNT_COMMANDS } from './login/definitions.ts'
import { RELAY_COMMANDS } from './relay/definitions.ts'

const VIEW_OPTIONS = [...SCRIPT_OPTIONS, TIMEOUT_OPTION, ...SOURCE_OPTIONS]

const PALETTE = {
  flags: '--palette <name>',
  description: 'default, or colour-blind: blue and orange',
  values: ['default', 'colour-blind'],
}

const STALE = 'Exits 8 when what was printed is stale (older than 30 s).'

const DEMO: CommandDefinition = {
  name: 'demo',
  summary: 'the dashboard on the embedded simulated exchange: no key, no network',
  details: ['Without a terminal it prints one plain snapshot instead.'],
  options: [
    {
      flags: '--scenario <name>',
      description: 'what the simulated exchange goes through',
      values: SCENARIO_NAMES,
    },
    PALETTE,
  ],
  examples: [
    { command: 'axisor demo', what: 'look around' },
    { command: 'axisor demo --scenario crash', what: 'see a liquidation' },
  ],
  load: async () => (await import('./demo.ts')).demo,
}

const WATCH: CommandDefinition = {
  name: 'watch',
  summary: 'the live dashboard; for scripts one line per change',
  details: [
    'Not a terminal, or --plain: one sentence per material change.',
    '--json: one snapshot document per line and change, and at least one every 5 s (or every --interval, if that is longer).',
  ],
  options: [
    { flags: '--plain', description: 'sentences instead of the dashboard' },
    { flags: '--json', description: 'one snapshot document per line' },
    { flags: '--interval <duration>', description: 'shortest time between two documents (default 1s)' },
    PALETTE,
    ...SOURCE_OPTIONS,
  ],
  examples: [
    { command: 'axisor watch', what: 'the dashboard' },
    { command: 'axisor watch --plain >> risk.log', what: 'a diary' },
    {
      command: "axisor watch --json --interval 5s | jq '.totals.equitySats'",
      what: 'a stream of equity',
    },
  ],
  load: async () => (await import('./watch/watch.ts')).watch,
}

const SNAPSHOT: CommandDefinition = {
  name: 'snapshot',
  summary: 'everything once: waits for the first complete picture, prints it, exits',
  details: [STALE],
  options: [
    { flags: '--json', description: 'the snapshot document (default when stdout is a pipe)' },
    {
      flags: '--format <name>',
      description: 'json, csv, prom, line or text (default on a terminal)',
      values: ['json', 'csv', 'prom', 'line', 'text'],
    },
    { flags: '--fields <list>', description: 'only these fields of the JSON document: a,b.c' },
    TIMEOUT_OPTION,
    ...SOURCE_OPTIONS,
  ],
  examples: [
    { command: 'axisor snapshot --json', what: 'for scripts' },
    { command: 'axisor snapshot --fields totals.equitySats,positions.id', what: 'only what is needed' },
    { command: 'axisor snapshot --format prom > axisor.prom', what: 'for Prometheus’ node exporter' },
  ],
  load: async () => (await import('./views/snapshot.ts')).snapshot,
}

const LINE: CommandDefinition = {
  name: 'line',
  summary: 'one line for tmux, waybar or a prompt',
  details: [STALE],
  options: [TIMEOUT_OPTION, ...SOURCE_OPTIONS],
  examples: [{ command: 'axisor line --timeout 3s', what: 'in a status bar' }],
  load: async () => (await import('./views/line.ts')).line,
}

const POSITIONS: CommandDefinition = {
  name: 'positions',
  summary: 'open positions, the one nearest to liquidation first',
  details: [STALE],
  options: VIEW_OPTIONS,
  examples: [
    { command: 'axisor positions', what: 'a table' },
    { command: 'axisor positions --csv > positions.csv', what: 'for a spreadsheet' },
  ],
  load: async () => (await import('./views/views.ts')).positions,
}

const ORDERS: CommandDefinition = {
  name: 'orders',
  summary: 'orders that wait for their price',
  details: [STALE],
  options: VIEW_OPTIONS,
  examples: [{ command: "axisor orders --json | jq '.orders | length'", what: 'how many' }],
  load: async () => (await import('./views/views.ts')).orders,
}

const ACCOUNT: CommandDefinition = {
  name: 'account',
  summary: 'balance, equity and margin',
  details: [STALE],
  options: VIEW_OPTIONS,
  examples: [{ command: "axisor account --json | jq '.totals.equitySats'", what: 'the equity' }],
  load: async () => (await import('./views/views.ts')).account,
}

const MARKET: CommandDefinition = {
  name: 'market',
  summary: 'prices and funding; needs no key',
  details: [STALE],
  options: VIEW_OPTIONS,
  examples: [{ command: "axisor market --json | jq '.market.indexUsd'", what: 'the index' }],
  load: async () => (await import('./views/views.ts')).market,
}

const LISTING_OPTIONS = [
  { flags: '--since <duration>', description: 'how far back, for example 24h or 90d (default 30d)' },
  ...SCRIPT_OPTIONS,
  { flags: '--timeout <duration>', description: 'how long to wait for each reply (default 10s)' },
  ...SOURCE_OPTIONS,
]

const HISTORY: CommandDefinition = {
  name: 'history',
  summary: 'closed isolated trades, newest first',
  options: LISTING_OPTIONS,
  examples: [
    { command: 'axisor history --since 7d', what: 'a table' },
    { command: 'axisor history --since 365d --csv > trades.csv', what: 'for the tax office' },
  ],
  load: async () => (await import('./views/history.ts')).history,
}

const FUNDING: CommandDefinition = {
  name: 'funding',
  summary: 'funding paid and received, newest first',
  options: LISTING_OPTIONS,
  examples: [{ command: "axisor funding --json | jq '[.fees[].feeSats] | add'", what: 'what it cost' }],
  load: async () => (await import('./views/history.ts')).funding,
}

const CHECK: CommandDefinition = {
  name: 'check',
  summary: 'for cron and monitoring: are all limits kept?',
  details: [
    'Exits 0 when every limit is kept and 9 with the reasons when one is not. What is not known or too old is never fine: it breaches the limit that needs it.',
  ],
  options: [
    { flags: '--liq <percent>', description: 'no position nearer to liquidation than this (default 5)' },
    { flags: '--max-age <seconds>', description: 'no data older than this (default 30)' },
    { flags: '--min-equity <sats>', description: 'equity not below this (default: not checked)' },
    { flags: '--json', description: 'the result as JSON' },
    TIMEOUT_OPTION,
    ...SOURCE_OPTIONS,
  ],
  examples: [{ command: 'axisor check --liq 5 || notify-send "axisor" "look!"', what: 'in cron' }],
  load: async () => (await import('./views/check.ts')).check,
}

const SCHEMA: CommandDefinition = {
  name: 'schema',
  summary: 'the JSON Schema of the snapshot document',
  options: [],
  examples: [{ command: 'axisor schema > snapshot.schema.json', what: 'for a validator' }],
  load: async () => (await import('./views/schema.ts')).schema,
}

const SIM_SERVE: CommandDefinition = {
  name: 'sim serve',
  summary: 'the simulated exchange on sockets of this machine, for other clients and tests',
  details: ['Prints one JSON line with its addresses and keys when it is ready, and lives until a signal.'],
  options: [
    { flags: '--port <number>', description: 'where to listen; 0 (default): any free port' },
    { flags: '--seed <number>', description: 'the same seed, the same run (default 1)' },
    { flags: '--tick-ms <ms>', description: 'how often the price moves (default 1000)' },
    {
      flags: '--scenario <name>',
      description: 'what it goes through (default: default)',
      values: SCENARIO_NAMES,
    },
  ],
  examples: [{ command: 'axisor sim serve --port 8420 --seed 7', what: 'a repeatable exchange' }],
  load: async () => (await import('./sim-serve.ts')).simServe,
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [
  DEMO,
  ...ACCOUNT_COMMANDS,
  WATCH,
  SNAPSHOT,
  POSITIONS,
  ORDERS,
  HISTORY,
  FUNDING,
  ACCOUNT,
  MARKET,
  LINE,
  CHECK,
  SCHEMA,
  ...RELAY_COMMANDS,
  SIM_SERVE,
  COMPLETION,
]
