import { type CommandDefinition, type OptionDefinition, SOURCE_OPTIONS } from '../definition.ts'

/** Where the users of a relay are. */
export const DATABASE_OPTION: OptionDefinition = {
  flags: '--database <address>',
  description: 'sqlite:PATH or postgres://USER@HOST/NAME (default: relay.db in the state folder)',
}

const DATABASE_DETAILS = [
  'The database is --database, else AXISOR_RELAY_DATABASE. A password for PostgreSQL comes from there or from PGPASSWORD, never from --database.',
]

const JSON_OPTION: OptionDefinition = {
  flags: '--json',
  description: 'one JSON document (default when stdout is a pipe)',
}

const USER_ADD: CommandDefinition = {
  name: 'relay user add',
  summary: 'adds a user of the relay',
  details: DATABASE_DETAILS,
  args: [{ name: '<name>', description: 'small letters, digits and . _ @ -' }],
  options: [DATABASE_OPTION, { flags: '--json', description: 'the user as a JSON document' }],
  examples: [{ command: 'axisor relay user add alice', what: 'the first step' }],
  load: async () => (await import('./users.ts')).addUser,
}

const USER_LIST: CommandDefinition = {
  name: 'relay user list',
  summary: 'lists the users of the relay',
  details: DATABASE_DETAILS,
  options: [DATABASE_OPTION, JSON_OPTION],
  examples: [{ command: "axisor relay user list --json | jq '.users[].name'", what: 'their names' }],
  load: async () => (await import('./users.ts')).listUsers,
}

const USER_REMOVE: CommandDefinition = {
  name: 'relay user remove',
  summary: 'forgets a user, with exchange key and tokens',
  details: ['A running relay closes the sockets of that user within a second.', ...DATABASE_DETAILS],
  args: [{ name: '<name>', description: 'as axisor relay user list shows it' }],
  options: [DATABASE_OPTION],
  examples: [{ command: 'axisor relay user remove alice', what: 'for good' }],
  load: async () => (await import('./users.ts')).removeUser,
}

const TOKEN_ISSUE: CommandDefinition = {
  name: 'relay token issue',
  summary: 'makes a token for a user, and prints it once',
  details: ['Only its SHA-256 is kept, so nobody can show it again.', ...DATABASE_DETAILS],
  args: [{ name: '<user>', description: 'whose account it shows' }],
  options: [
    { flags: '--name <text>', description: 'what it is for, for example laptop' },
    {
      flags: '--expires <duration>',
      description: 'for how long it counts, for example 90d (default: until it is revoked)',
    },
    {
      flags: '--scope <list>',
      description: 'read (default), admin, or read,admin',
      values: ['read', 'admin', 'read,admin'],
    },
    DATABASE_OPTION,
    { flags: '--json', description: 'the token and what is known of it as a JSON document' },
  ],
  examples: [
    { command: 'axisor relay token issue alice --name laptop --expires 90d', what: 'for one machine' },
    { command: 'axisor relay token issue ops --scope admin', what: 'may issue tokens over HTTP' },
  ],
  load: async () => (await import('./tokens.ts')).issue,
}

const TOKEN_LIST: CommandDefinition = {
  name: 'relay token list',
  summary: 'lists tokens: whose, for how long, when last used',
  details: DATABASE_DETAILS,
  args: [{ name: '[user]', description: 'only those of one user' }],
  options: [DATABASE_OPTION, JSON_OPTION],
  examples: [{ command: 'axisor relay token list alice', what: 'of one user' }],
  load: async () => (await import('./tokens.ts')).listTokens,
}

const TOKEN_REVOKE: CommandDefinition = {
  name: 'relay token revoke',
  summary: 'makes a token worthless, for good',
  details: ['A running relay closes its sockets within a second.', ...DATABASE_DETAILS],
  args: [{ name: '<id>', description: 'its id, or its first 12 characters' }],
  options: [DATABASE_OPTION],
  examples: [{ command: 'axisor relay token revoke axr_0f3a9c51', what: 'one that was lost' }],
  load: async () => (await import('./tokens.ts')).revokeToken,
}

const CREDENTIALS_SET: CommandDefinition = {
  name: 'relay credentials set',
  summary: 'takes the exchange key of a user, proves that it may only read, and seals it',
  details: [
    'Asks for the key, its secret and its passphrase without showing them. A key that may write is refused (exit 4).',
    'It is sealed with the master key: in the file that AXISOR_RELAY_MASTER_KEY_FILE names, in systemd’s credential axisor-relay-master-key, in the keychain with AXISOR_RELAY_MASTER_KEY_STORE=keychain, or in a file beside the database (PostgreSQL: in the state folder), made on first use.',
    ...DATABASE_DETAILS,
  ],
  args: [{ name: '<user>', description: 'whose key it is' }],
  options: [
    { flags: '--with-stdin', description: 'read {"key","secret","passphrase"} as JSON from stdin' },
    ...SOURCE_OPTIONS.filter(({ flags }) => /^--(network|api-url|stream-url) /.test(flags)),
    { flags: '--timeout <duration>', description: 'how long to wait for the exchange (default 10s)' },
    DATABASE_OPTION,
  ],
  examples: [
    { command: 'axisor relay credentials set alice', what: 'typed at a terminal' },
    { command: 'axisor relay credentials set alice --with-stdin <key.json', what: 'from a script' },
  ],
  load: async () => (await import('./credentials.ts')).setCredentials,
}

const CREDENTIALS_ROTATE: CommandDefinition = {
  name: 'relay credentials rotate',
  summary: 'makes a new master key, and seals every exchange key with it',
  details: [
    'If it is cut short, nothing is lost: run it again. Relays on other machines need the new key beside the old one before; put it in front there.',
    ...DATABASE_DETAILS,
  ],
  options: [DATABASE_OPTION],
  examples: [{ command: 'axisor relay credentials rotate', what: 'once a year, or when somebody leaves' }],
  load: async () => (await import('./credentials.ts')).rotateMasterKey,
}

/** Commands that look after the users of a relay. */
export const RELAY_ADMIN_COMMANDS: readonly CommandDefinition[] = [
  USER_ADD,
  USER_LIST,
  USER_REMOVE,
  TOKEN_ISSUE,
  TOKEN_LIST,
  TOKEN_REVOKE,
  CREDENTIALS_SET,
  CREDENTIALS_ROTATE,
]
