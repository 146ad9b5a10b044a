import { type CommandDefinition, SCENARIO_NAMES } from '../definition.ts'
import { DATABASE_OPTION, RELAY_ADMIN_COMMANDS } from './admin-definitions.ts'

const RELAY_SERVE: CommandDefinition = {
  name: 'relay serve',
  summary: 'watches accounts once and tells any number of terminals, which hold a token and no key',
  details: [
    'Prints where it listens (one JSON line, if stdout is no terminal) and lives until a signal. Log lines go to stderr.',
    'Without TLS it listens on this machine only. Users, tokens and keys are set with the other relay commands.',
  ],
  options: [
    {
      flags: '--demo',
      description: 'simulated data and one ready token, the same at every start: no key, no network',
    },
    {
      flags: '--scenario <name>',
      description: 'what the simulated exchange of --demo goes through',
      values: SCENARIO_NAMES,
    },
    { flags: '--host <address>', description: 'where to listen (default 127.0.0.1)' },
    { flags: '--port <number>', description: 'default 8377; 0: any free port' },
    DATABASE_OPTION,
    {
      flags: '--upstream-relay <url>',
      description: 'pass on what another relay shows with the token in AXISOR_RELAY_TOKEN, to one user',
    },
    {
      flags: '--cluster <url>',
      description:
        'share the work with other relays through redis://host:port; with a password in AXISOR_RELAY_CLUSTER',
    },
    { flags: '--allow-write-key', description: 'accept keys that may do more than read' },
    { flags: '--tls-cert <file>', description: 'certificate, PEM' },
    { flags: '--tls-key <file>', description: 'its key, PEM' },
    { flags: '--insecure-listen', description: 'listen without TLS on other addresses too' },
    { flags: '--trust-proxy', description: 'behind a proxy: take who asks from X-Forwarded-For' },
    {
      flags: '--allow-origin <list>',
      description: 'web pages that may connect, such as https://desk.example',
    },
    {
      flags: '--connections <list>',
      description: 'limits (default token=64,user=256,address=512,all=20000)',
    },
    {
      flags: '--compress',
      description:
        'offer permessage-deflate, for thin links: long messages are compressed once for all who agree',
    },
    {
      flags: '--log-level <name>',
      description: 'debug, info, warn, error or silent',
      values: ['debug', 'info', 'warn', 'error', 'silent'],
    },
  ],
  examples: [
    { command: 'axisor relay serve --demo', what: 'try it: prints what to type in another terminal' },
    {
      command: 'axisor relay serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem',
      what: 'for a desk',
    },
  ],
  load: async () => (await import('./serve.ts')).relayServe,
}

/** The commands of the group `relay`, in the order of the help. */
export const RELAY_COMMANDS: readonly CommandDefinition[] = [RELAY_SERVE, ...RELAY_ADMIN_COMMANDS]
