import { type CommandDefinition, PASSPHRASE_OPTION, SOURCE_OPTIONS } from '../definition.ts'

const ADDRESSES = SOURCE_OPTIONS.filter(({ flags }) =>
  /^--(network|api-url|stream-url|allow-write)/.test(flags),
)

const LOGIN: CommandDefinition = {
  name: 'login',
  summary: 'takes an API key, proves what it may do, and keeps it safe',
  details: [
    'Asks for the key, its secret and its passphrase without showing them, shows them to the exchange, and says what the key may do.',
    'A key that may write is refused (exit 4). What was stored before stays until the new key is proved, stored and read back.',
    'auto is the keychain of the desktop; where that can’t be used it offers the vault, a file encrypted with a passphrase.',
    'The passphrase of a vault comes from --passphrase-fd, else from the file that AXISOR_VAULT_PASSPHRASE_FILE names or systemd’s credential axisor-vault-passphrase, else from the keyboard.',
  ],
  options: [
    { flags: '--profile <name>', description: 'how to call it (default: main; relay for a relay)' },
    {
      flags: '--with-stdin',
      description: 'read {"key","secret","passphrase"}, or {"token"} of a relay, as JSON from stdin',
    },
    {
      flags: '--credential-store <name>',
      description: 'auto (default), keychain, vault or env',
      values: ['auto', 'keychain', 'vault', 'env'],
    },
    { flags: '--require-passphrase', description: 'keychain: a passphrase is needed too' },
    {
      flags: '--move-to <store>',
      description: 'move what is stored to keychain or vault',
      values: ['keychain', 'vault'],
    },
    { flags: '--relay <url>', description: 'the token of a relay instead of an API key' },
    PASSPHRASE_OPTION,
    ...ADDRESSES,
    { flags: '--timeout <duration>', description: 'how long to wait for the exchange (default 10s)' },
    { flags: '--json', description: 'say what was stored where as JSON, without any secret' },
  ],
  examples: [
    { command: 'axisor login', what: 'a key for mainnet' },
    { command: 'axisor login --profile test --network signet', what: 'another for signet' },
    {
      command: 'axisor login --with-stdin --credential-store vault --passphrase-fd 3 <key.json 3<passphrase',
      what: 'on a server, from a script',
    },
    { command: 'axisor login --move-to vault', what: 'from the keychain into the encrypted file' },
    { command: 'axisor login --relay wss://relay.home', what: 'the token of a relay' },
  ],
  load: async () => (await import('./login.ts')).login,
}

const LOGOUT: CommandDefinition = {
  name: 'logout',
  summary: 'forgets a profile and deletes every copy of its key',
  details: [
    'Says what could not be checked. Exits 4 when a stored key could not be deleted; the profile then stays.',
  ],
  options: [
    { flags: '--profile <name>', description: 'which one (default: the current profile)' },
    { flags: '--all', description: 'every profile' },
    { flags: '--json', description: 'what was deleted where, as JSON' },
  ],
  examples: [
    { command: 'axisor logout', what: 'the current profile' },
    { command: 'axisor logout --all', what: 'all of them' },
  ],
  load: async () => (await import('./logout.ts')).logout,
}

const STATUS: CommandDefinition = {
  name: 'status',
  summary: 'who am I: profile, where the key is, what it may do, is the exchange there',
  details: [
    'Asks nobody anything and never shows a secret. Exits 4 without a usable key, 5 when the exchange is not reached.',
  ],
  options: [
    { flags: '--json', description: 'one JSON document (default when stdout is a pipe)' },
    { flags: '--timeout <duration>', description: 'how long to wait for the exchange (default 10s)' },
    ...SOURCE_OPTIONS,
  ],
  examples: [{ command: "axisor status --json | jq '.key.permissions'", what: 'what the key may do' }],
  load: async () => (await import('./status.ts')).status,
}

const PROFILES: CommandDefinition = {
  name: 'profiles',
  summary: 'lists the profiles; the current one has a star',
  options: [{ flags: '--json', description: 'one JSON document (default when stdout is a pipe)' }],
  examples: [{ command: 'axisor profiles', what: 'a table' }],
  load: async () => (await import('./profiles.ts')).profiles,
}

const PROFILES_USE: CommandDefinition = {
  name: 'profiles use',
  summary: 'makes a profile the current one',
  args: [{ name: '<name>', description: 'the profile that is used when none is named' }],
  options: [],
  examples: [{ command: 'axisor profiles use test', what: 'from now on' }],
  load: async () => (await import('./profiles.ts')).useProfile,
}

/** Commands about keys. */
export const ACCOUNT_COMMANDS: readonly CommandDefinition[] = [LOGIN, LOGOUT, STATUS, PROFILES, PROFILES_USE]
