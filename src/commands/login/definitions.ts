import { type CommandDefinition, defineCommand } from '../definition.ts'
import {
  LOGIN_OPTIONS,
  LOGOUT_OPTIONS,
  PROFILES_OPTIONS,
  PROXY_PASSWORD_OPTIONS,
  STATUS_OPTIONS,
  USE_PROFILE_ARGUMENTS,
} from './options.ts'

const LOGIN = defineCommand({
  name: 'login',
  summary: 'store an API key or relay token',
  details: [
    'Prompts for the key, its secret and its passphrase without echo, verifies them with the exchange and prints the permissions of the key.',
    'A key that is not read-only is rejected (exit 4). The previous key stays until the new one is verified, stored and read back.',
    'If a firewall blocks the stream, which alone reports permissions, the key is stored as not verified.',
    'auto selects the keychain of the desktop. If it is not available, login offers the vault: a file encrypted with a passphrase.',
    'The passphrase of the vault comes from --passphrase-fd, else from the file named by AXISOR_VAULT_PASSPHRASE_FILE or the systemd credential axisor-vault-passphrase, else from a prompt.',
  ],
  options: LOGIN_OPTIONS,
  examples: [
    { command: 'axisor login', what: 'a key for mainnet' },
    { command: 'axisor login --profile test --network signet', what: 'another key, for signet' },
    {
      command: 'axisor login --with-stdin --credential-store vault --passphrase-fd 3 <key.json 3<passphrase',
      what: 'on a server, from a script',
    },
    { command: 'axisor login --move-to vault', what: 'from the keychain to the encrypted file' },
    { command: 'axisor login --relay wss://relay.home', what: 'a relay token' },
  ],
  load: async () => (await import('./login.ts')).login,
})

const LOGOUT = defineCommand({
  name: 'logout',
  summary: 'remove a profile and delete every copy of its secret',
  details: [
    'Prints which stores could not be checked. If the stored secret cannot be deleted, the profile stays and the exit code is 4.',
  ],
  options: LOGOUT_OPTIONS,
  examples: [
    { command: 'axisor logout', what: 'the current profile' },
    { command: 'axisor logout --all', what: 'all profiles' },
  ],
  load: async () => (await import('./logout.ts')).logout,
})

const STATUS = defineCommand({
  name: 'status',
  summary: 'show profile, key location, permissions and connectivity',
  details: [
    'Never prompts and never prints a secret. Exits 4 without a usable key and 5 if the exchange cannot be reached.',
  ],
  options: STATUS_OPTIONS,
  examples: [{ command: "axisor status --json | jq '.key.permissions'", what: 'permissions of the key' }],
  load: async () => (await import('./status.ts')).status,
})

const PROFILES = defineCommand({
  name: 'profiles',
  summary: 'list profiles; an asterisk marks the current one',
  options: PROFILES_OPTIONS,
  examples: [{ command: 'axisor profiles', what: 'as a table' }],
  load: async () => (await import('./profiles.ts')).profiles,
})

const PROFILES_USE = defineCommand({
  name: 'profiles use',
  summary: 'set the current profile',
  args: USE_PROFILE_ARGUMENTS,
  options: {},
  examples: [{ command: 'axisor profiles use test', what: 'use profile test from now on' }],
  load: async () => (await import('./profiles.ts')).useProfile,
})

const PROXY_PASSWORD = defineCommand({
  name: 'proxy password',
  summary: 'store the password of a proxy, in the keychain or the vault of a profile',
  details: [
    'Prompts for the password without echo. It is sent to a proxy whose address names a user and no password, such as --proxy http://USER@HOST:PORT.',
    'AXISOR_PROXY_PASSWORD, the file named by AXISOR_PROXY_PASSWORD_FILE and the systemd credential axisor-proxy-password take precedence.',
  ],
  options: PROXY_PASSWORD_OPTIONS,
  examples: [
    { command: 'axisor proxy password', what: 'of the current profile' },
    { command: 'axisor proxy password --remove', what: 'forget it' },
  ],
  load: async () => (await import('./proxy-password.ts')).proxyPassword,
})

/** Commands for keys and profiles. */
export const ACCOUNT_COMMANDS: readonly CommandDefinition[] = [
  LOGIN,
  LOGOUT,
  STATUS,
  PROFILES,
  PROFILES_USE,
  PROXY_PASSWORD,
]
