import { argument, choice, flag, type OptionsOf, textOption } from '../options.ts'
import { JSON_OPTION } from '../output-options.ts'
import { PROXY_OPTION } from '../proxies.ts'
import {
  EXCHANGE_OPTIONS,
  PASSPHRASE_OPTION,
  REQUEST_TIMEOUT_OPTION,
  SOURCE_OPTIONS,
  WRITE_KEY_OPTION,
} from '../source-options.ts'

export const LOGIN_OPTIONS = {
  profile: textOption('--profile <name>', 'name of the profile (default: main, or relay with --relay)'),
  withStdin: flag(
    '--with-stdin',
    'read the secret from stdin as JSON: {"key","secret","passphrase"}, or {"token"} with --relay',
  ),
  credentialStore: choice('--credential-store <name>', 'auto (default), keychain, vault or env', [
    'auto',
    'keychain',
    'vault',
    'env',
  ]),
  requirePassphrase: flag('--require-passphrase', 'encrypt the keychain entry with a passphrase as well'),
  moveTo: choice('--move-to <store>', 'move the stored secret to keychain or vault', ['keychain', 'vault']),
  relayUrl: textOption('--relay <url>', 'store a token for this relay instead of an API key'),
  ...PASSPHRASE_OPTION,
  ...EXCHANGE_OPTIONS,
  ...PROXY_OPTION,
  ...WRITE_KEY_OPTION,
  ...REQUEST_TIMEOUT_OPTION,
  json: flag('--json', 'print the stored profile as JSON, without secrets'),
}

export type LoginOptions = OptionsOf<typeof LOGIN_OPTIONS>

export const LOGOUT_OPTIONS = {
  profile: textOption('--profile <name>', 'profile to remove (default: the current one)'),
  all: flag('--all', 'remove every profile'),
  json: flag('--json', 'print what was deleted as JSON'),
}

export type LogoutOptions = OptionsOf<typeof LOGOUT_OPTIONS>

export const STATUS_OPTIONS = { ...JSON_OPTION, ...REQUEST_TIMEOUT_OPTION, ...SOURCE_OPTIONS }

export type StatusOptions = OptionsOf<typeof STATUS_OPTIONS>

export const PROFILES_OPTIONS = { ...JSON_OPTION }

export type ProfilesOptions = OptionsOf<typeof PROFILES_OPTIONS>

export const USE_PROFILE_ARGUMENTS = { name: argument('<name>', 'profile to use when none is given') }

export type UseProfileOptions = OptionsOf<typeof USE_PROFILE_ARGUMENTS>

export const PROXY_PASSWORD_OPTIONS = {
  remove: flag('--remove', 'remove the stored password'),
  secretStdin: flag('--secret-stdin', 'read the password from stdin instead of a prompt'),
  profile: textOption('--profile <name>', 'profile whose store gets the password (default: the current one)'),
  ...PASSPHRASE_OPTION,
}

export type ProxyPasswordOptions = OptionsOf<typeof PROXY_PASSWORD_OPTIONS>
