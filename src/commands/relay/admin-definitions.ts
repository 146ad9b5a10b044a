import { type CommandDefinition, defineCommand } from '../definition.ts'
import {
  BACKUP_ARGUMENT,
  CREDENTIALS_FORGET_OPTIONS,
  CREDENTIALS_SET_OPTIONS,
  DATABASE_OPTION,
  FORGET_USER_ARGUMENT,
  LIST_OPTIONS,
  NAME_ARGUMENT,
  OPTIONAL_USER_ARGUMENT,
  REMOVE_USER_ARGUMENT,
  TOKEN_ARGUMENT,
  TOKEN_ISSUE_OPTIONS,
  USER_ADD_OPTIONS,
  USER_ARGUMENT,
} from './options.ts'

const DATABASE_DETAILS = [
  'The database is --database, else AXISOR_RELAY_DATABASE. A PostgreSQL password comes from that variable or from PGPASSWORD, never from --database.',
]

const MIGRATE = defineCommand({
  name: 'relay migrate',
  summary: 'create the database, or bring it to the schema of this axisor',
  details: [
    'axisor relay serve and axisor relay user add do the same when they start; every other command refuses a missing or older database. Make a backup before an upgrade.',
    ...DATABASE_DETAILS,
  ],
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay migrate', what: 'after an upgrade, before the relay starts' }],
  load: async () => (await import('./migrate.ts')).migrateDatabase,
})

const BACKUP = defineCommand({
  name: 'relay backup',
  summary: 'copy the SQLite database of a relay into a new file, also while the relay runs',
  details: [
    'The file has mode 0600. The master key is not in it, and the exchange keys cannot be decrypted without that. PostgreSQL has pg_dump.',
    ...DATABASE_DETAILS,
  ],
  args: BACKUP_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay backup relay-2026-11-28.db', what: 'from a timer, once a day' }],
  load: async () => (await import('./backup.ts')).backUpDatabase,
})

const RESTORE = defineCommand({
  name: 'relay restore',
  summary: 'replace the SQLite database of a relay by a backup',
  details: [
    'Checks the backup first: integrity, schema version, mode, and that the master key of the relay opens all its exchange keys. Refuses while a relay has the database open. Keeps the replaced database beside the new one.',
    ...DATABASE_DETAILS,
  ],
  args: BACKUP_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [
    { command: 'axisor relay restore relay-2026-11-28.db', what: 'after systemctl stop axisor-relay' },
  ],
  load: async () => (await import('./backup.ts')).restoreDatabase,
})

const USER_ADD = defineCommand({
  name: 'relay user add',
  summary: 'add a user',
  details: ['Creates or migrates the database if needed, and prints where it is.', ...DATABASE_DETAILS],
  args: NAME_ARGUMENT,
  options: USER_ADD_OPTIONS,
  examples: [{ command: 'axisor relay user add alice', what: 'the first step for a new user' }],
  load: async () => (await import('./users.ts')).addUser,
})

const USER_LIST = defineCommand({
  name: 'relay user list',
  summary: 'list users',
  details: DATABASE_DETAILS,
  options: LIST_OPTIONS,
  examples: [{ command: "axisor relay user list --json | jq '.users[].name'", what: 'names of all users' }],
  load: async () => (await import('./users.ts')).listUsers,
})

const USER_REMOVE = defineCommand({
  name: 'relay user remove',
  summary: 'remove a user, with exchange key and tokens',
  details: ['A running relay closes the sessions of the user within a second.', ...DATABASE_DETAILS],
  args: REMOVE_USER_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay user remove alice', what: 'cannot be undone' }],
  load: async () => (await import('./users.ts')).removeUser,
})

const TOKEN_ISSUE = defineCommand({
  name: 'relay token issue',
  summary: 'issue a token for a user and print it once',
  details: [
    'Only the SHA-256 of the token is stored, so it cannot be shown again.',
    'A token with read-all reads the accounts of all users of the relay, and changes nothing: with --user NAME its holder selects one. No token has that scope by default.',
    ...DATABASE_DETAILS,
  ],
  args: USER_ARGUMENT,
  options: TOKEN_ISSUE_OPTIONS,
  examples: [
    { command: 'axisor relay token issue alice --name laptop --expires 90d', what: 'for one machine' },
    { command: 'axisor relay token issue desk --scope read-all', what: 'to watch all users of the relay' },
    { command: 'axisor relay token issue ops --scope admin', what: 'to issue tokens over HTTP' },
  ],
  load: async () => (await import('./tokens.ts')).issue,
})

const TOKEN_LIST = defineCommand({
  name: 'relay token list',
  summary: 'list tokens with user, expiry and last use',
  details: DATABASE_DETAILS,
  args: OPTIONAL_USER_ARGUMENT,
  options: LIST_OPTIONS,
  examples: [{ command: 'axisor relay token list alice', what: 'tokens of one user' }],
  load: async () => (await import('./tokens.ts')).listTokens,
})

const TOKEN_REVOKE = defineCommand({
  name: 'relay token revoke',
  summary: 'revoke a token permanently',
  details: [
    'A running relay closes the sessions of the token, and of those that it has issued, within a second.',
    ...DATABASE_DETAILS,
  ],
  args: TOKEN_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay token revoke axr_0f3a9c51', what: 'a lost token' }],
  load: async () => (await import('./tokens.ts')).revokeToken,
})

const CREDENTIALS_SET = defineCommand({
  name: 'relay credentials set',
  summary: 'store the exchange key of a user, encrypted',
  details: [
    'Prompts for the key, its secret and its passphrase without echo. A key that is not read-only is rejected (exit 4), unless --allow-write-key is given here and to axisor relay serve.',
    'The key is encrypted with the master key, which is in the file named by AXISOR_RELAY_MASTER_KEY_FILE, in the systemd credential axisor-relay-master-key, in the keychain with AXISOR_RELAY_MASTER_KEY_STORE=keychain, or in a file beside the database (for PostgreSQL in the state folder), created on first use.',
    ...DATABASE_DETAILS,
  ],
  args: USER_ARGUMENT,
  options: CREDENTIALS_SET_OPTIONS,
  examples: [
    { command: 'axisor relay credentials set alice', what: 'from a prompt' },
    { command: 'axisor relay credentials set alice --with-stdin <key.json', what: 'from a script' },
  ],
  load: async () => (await import('./credentials.ts')).setCredentials,
})

const CREDENTIALS_RETRY = defineCommand({
  name: 'relay credentials retry',
  summary: 'try the refused exchange key of a user at once',
  details: [
    'A running relay tries a refused key by a schedule: 2 s to 5 min for one that worked before, 10 min to 6 h for one that never did. This command tries it within a second, on all relays of the database. The clients of the user reconnect.',
    ...DATABASE_DETAILS,
  ],
  args: USER_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay credentials retry alice', what: 'after the key was enabled again' }],
  load: async () => (await import('./retry-credentials.ts')).retryCredentials,
})

const CREDENTIALS_ROTATE = defineCommand({
  name: 'relay credentials rotate',
  summary: 'create a new master key and re-encrypt every exchange key',
  details: [
    'An interrupted rotation loses nothing: run the command again. If relays on other machines use the same database, give them the new key first, in front of the old one.',
    ...DATABASE_DETAILS,
  ],
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay credentials rotate', what: 'once a year, or when an operator leaves' }],
  load: async () => (await import('./credentials.ts')).rotateMasterKey,
})

const CREDENTIALS_FORGET = defineCommand({
  name: 'relay credentials forget',
  summary: 'remove the exchange key and the alert settings of a user, or of all',
  details: [
    'Works without the master key. Users and tokens stay. A running relay stops to follow the account within a second.',
    ...DATABASE_DETAILS,
  ],
  args: FORGET_USER_ARGUMENT,
  options: CREDENTIALS_FORGET_OPTIONS,
  examples: [
    { command: 'axisor relay credentials forget alice', what: 'before the user enters a new key' },
    { command: 'axisor relay credentials forget --all', what: 'after the loss of the master key' },
  ],
  load: async () => (await import('./forget-credentials.ts')).forgetCredentials,
})

/** Commands that manage users, tokens and keys of a relay. */
export const RELAY_ADMIN_COMMANDS: readonly CommandDefinition[] = [
  MIGRATE,
  BACKUP,
  RESTORE,
  USER_ADD,
  USER_LIST,
  USER_REMOVE,
  TOKEN_ISSUE,
  TOKEN_LIST,
  TOKEN_REVOKE,
  CREDENTIALS_SET,
  CREDENTIALS_RETRY,
  CREDENTIALS_ROTATE,
  CREDENTIALS_FORGET,
]
