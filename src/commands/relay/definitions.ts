import { type CommandDefinition, defineCommand } from '../definition.ts'
import { RELAY_ADMIN_COMMANDS } from './admin-definitions.ts'
import { RELAY_ALERT_COMMANDS } from './alerts/definitions.ts'
import { LIST_OPTIONS, SERVE_OPTIONS } from './options.ts'

const RELAY_SERVE = defineCommand({
  name: 'relay serve',
  summary: 'serve accounts to any number of terminals, which need a token and no key',
  details: [
    'Prints its URL (as one JSON line if stdout is not a terminal) and runs until a signal. The log is written to stderr.',
    'Without TLS it listens on this machine only. The other relay commands manage users, tokens and keys.',
  ],
  options: SERVE_OPTIONS,
  examples: [
    { command: 'axisor relay serve --demo', what: 'try it: prints the command for another terminal' },
    {
      command: 'axisor relay serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem',
      what: 'for a trading desk',
    },
  ],
  load: async () => (await import('./serve.ts')).relayServe,
})

const RELAY_STATUS = defineCommand({
  name: 'relay status',
  summary: 'show clients and accounts of the running relays',
  details: [
    'Asks all running relays of the database, and waits 1.5 s for their answers: who is connected, which account is stale since when and why, and which relay owns it. An account that is stale is listed first.',
    'The database is --database, else AXISOR_RELAY_DATABASE. It needs no token.',
  ],
  options: LIST_OPTIONS,
  examples: [
    { command: 'axisor relay status', what: 'as text' },
    {
      command: "axisor relay status --json | jq '.relays[].accounts[] | select(.isStale)'",
      what: 'stale accounts',
    },
  ],
  load: async () => (await import('./status.ts')).relayStatus,
})

/** The commands of the group `relay`, in the order of the help. */
export const RELAY_COMMANDS: readonly CommandDefinition[] = [
  RELAY_SERVE,
  RELAY_STATUS,
  ...RELAY_ADMIN_COMMANDS,
  ...RELAY_ALERT_COMMANDS,
]
