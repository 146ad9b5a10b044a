import { ALERT_COMMANDS } from './alerts/definitions.ts'
import { completionDefinition } from './completion/definition.ts'
import { type CommandDefinition, defineCommand } from './definition.ts'
import { LEDGER_COMMANDS } from './ledger/definitions.ts'
import { ACCOUNT_COMMANDS } from './login/definitions.ts'
import { PLAN_COMMANDS } from './plan/definitions.ts'
import { RELAY_COMMANDS } from './relay/definitions.ts'
import { SIM_SERVE_OPTIONS } from './sim-serve-options.ts'
import { VIEW_COMMANDS } from './views/definitions.ts'
import { DEMO_OPTIONS, WATCH_OPTIONS } from './watch/options.ts'

const DEMO = defineCommand({
  name: 'demo',
  summary: 'open the dashboard with simulated data: no key, no network',
  details: ['Without a terminal it prints one snapshot as text.'],
  options: DEMO_OPTIONS,
  examples: [
    { command: 'axisor demo', what: 'try the dashboard' },
    { command: 'axisor demo --scenario crash', what: 'watch a liquidation' },
  ],
  load: async () => (await import('./demo.ts')).demo,
})

const WATCH = defineCommand({
  name: 'watch',
  summary: 'open the live dashboard, or stream changes to a script',
  details: [
    'With --plain, or without a terminal, it prints one sentence per material change.',
    'With --json it prints one snapshot document per change, and at least one every 5 s (or every --interval, if that is longer).',
    'In the dashboard, ? lists the keys. 4 shows what was realized, the equity curve and the closed trades; [ and ] change the range of the curve, Enter shows the story of a trade, and x writes what the pane shows into a CSV file in $XDG_DATA_HOME/axisor/exports (default ~/.local/share).',
    'With several --profile, or several --user of a relay, the dashboard has a tab for each account and the sum of all; P shows the next one. One that cannot be opened says why in its tab, and the others go on.',
    'With --json --events also alerts, account events and gaps in sight; each line has a type.',
  ],
  options: WATCH_OPTIONS,
  examples: [
    { command: 'axisor watch', what: 'the dashboard' },
    { command: 'axisor watch --profile main --profile hedge', what: 'two accounts and their sum' },
    { command: 'axisor watch --plain >> risk.log', what: 'a log file' },
    {
      command: "axisor watch --json --interval 5s | jq '.totals.equitySats'",
      what: 'a stream of the equity',
    },
  ],
  load: async () => (await import('./watch/watch.ts')).watch,
})

const SIM_SERVE = defineCommand({
  name: 'sim serve',
  summary: 'serve the simulated exchange on this machine, for other clients and tests',
  details: ['Prints one JSON line with its addresses and keys when it is ready, and runs until a signal.'],
  options: SIM_SERVE_OPTIONS,
  examples: [{ command: 'axisor sim serve --port 8420 --seed 7', what: 'a reproducible exchange' }],
  load: async () => (await import('./sim-serve.ts')).simServe,
})

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [
  DEMO,
  ...ACCOUNT_COMMANDS,
  WATCH,
  ...VIEW_COMMANDS,
  ...PLAN_COMMANDS,
  ...LEDGER_COMMANDS,
  ...ALERT_COMMANDS,
  ...RELAY_COMMANDS,
  SIM_SERVE,
  completionDefinition(() => COMMANDS),
]
