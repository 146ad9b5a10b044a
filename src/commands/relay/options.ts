import { decimal, duration, relayAddress } from '../../config/parsers.ts'
import { parseSetting, type RawSetting } from '../../config/raw-setting.ts'
import type { TokenScope } from '../../ports/relay-store.ts'
import type { LogLevel } from '../../relay/http/log.ts'
import type { RelayLimits } from '../../relay/limits.ts'
import {
  argument,
  choice,
  flag,
  type OptionDefinition,
  type OptionsOf,
  option,
  optionalArgument,
  switchOption,
  textOption,
  withDefault,
} from '../options.ts'
import { JSON_OPTION } from '../output-options.ts'
import { PROXY_OPTION } from '../proxies.ts'
import {
  EXCHANGE_OPTIONS,
  REQUEST_TIMEOUT_OPTION,
  SCENARIO_OPTION,
  WRITE_KEY_OPTION,
  WRITE_KEY_SWITCH,
} from '../source-options.ts'
import { connectionLimitsOf, hostNamesOf, type ListenAddress, listenAddress, listOf } from './lists.ts'

const DAY_MS = 86_400_000

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** The database of a relay. Its address is checked when it is opened. */
export const DATABASE_OPTION = {
  database: textOption(
    '--database <address>',
    'sqlite:PATH or postgres://USER@HOST/NAME (default: relay.db in the state folder)',
  ),
}

export type DatabaseOptions = OptionsOf<typeof DATABASE_OPTION>

export const BACKUP_ARGUMENT = { file: argument('<file>', 'the backup') }

export type BackupOptions = DatabaseOptions & OptionsOf<typeof BACKUP_ARGUMENT>

/** The upstream relay, and whether a flag or the environment names it. */
interface UpstreamRelay {
  readonly url: string
  readonly origin: RawSetting['origin']
}

const UPSTREAM_RELAY: OptionDefinition<UpstreamRelay | null> = {
  flags: '--upstream-relay <url>',
  description:
    'serve one account of another relay; its token comes from AXISOR_RELAY_TOKEN, the name of another user there from AXISOR_RELAY_USER',
  variable: 'AXISOR_RELAY_UPSTREAM',
  read: found => found && { url: parseSetting(found, relayAddress), origin: found.origin },
}

const ALLOWED_ORIGINS: OptionDefinition<readonly string[]> = {
  flags: '--allow-origin <list>',
  description: 'origins of web pages that may connect, such as https://desk.example',
  variable: 'AXISOR_RELAY_ALLOW_ORIGIN',
  read: found => listOf(found?.text ?? ''),
}

const PUBLIC_HOSTS: OptionDefinition<readonly string[]> = {
  flags: '--public-host <list>',
  description: 'names of the relay in URLs of its clients; others are refused (default: any name)',
  variable: 'AXISOR_RELAY_PUBLIC_HOST',
  read: found => (found === null ? [] : hostNamesOf(found)),
}

const METRICS_LISTEN: OptionDefinition<ListenAddress | null> = {
  flags: '--metrics-listen <address>',
  description: 'serve /metrics without a token on an address of its own, such as 127.0.0.1:8378',
  variable: 'AXISOR_RELAY_METRICS_LISTEN',
  read: found => found && parseSetting(found, listenAddress),
}

const CONNECTIONS: OptionDefinition<Partial<RelayLimits>> = {
  flags: '--connections <list>',
  description: 'connection limits (default token=64,user=256,address=512,all=20000)',
  variable: 'AXISOR_RELAY_CONNECTIONS',
  read: found => (found === null ? {} : connectionLimitsOf(found)),
}

/** Also of the commands that change alert settings: they refuse what the relay would refuse. */
export const PRIVATE_CHANNELS_OPTION = {
  allowPrivateChannels: switchOption(
    '--allow-private-channels',
    'send alerts to private addresses too (users of the relay could reach its network)',
    'AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS',
  ),
}

export const SERVE_OPTIONS = {
  demo: flag('--demo', 'serve simulated data with a fixed token: no key, no network'),
  ...SCENARIO_OPTION,
  host: withDefault(
    textOption('--host <address>', 'address to listen on (default 127.0.0.1)', {
      variable: 'AXISOR_RELAY_HOST',
    }),
    '127.0.0.1',
  ),
  port: withDefault(
    option(
      '--port <number>',
      'port to listen on (default 8377; 0: any free port)',
      decimal(0, 65_535, true),
      {
        variable: 'AXISOR_RELAY_PORT',
      },
    ),
    8377,
  ),
  ...DATABASE_OPTION,
  upstreamRelay: UPSTREAM_RELAY,
  cluster: textOption(
    '--cluster <url>',
    'share the accounts with other relays through Redis, redis://host:port; set a URL with a password in AXISOR_RELAY_CLUSTER',
  ),
  ...PROXY_OPTION,
  ...WRITE_KEY_SWITCH,
  ...PRIVATE_CHANNELS_OPTION,
  tlsCertPath: textOption('--tls-cert <file>', 'TLS certificate, PEM', { variable: 'AXISOR_RELAY_TLS_CERT' }),
  tlsKeyPath: textOption('--tls-key <file>', 'TLS private key, PEM', { variable: 'AXISOR_RELAY_TLS_KEY' }),
  insecureListen: switchOption(
    '--insecure-listen',
    'listen on other addresses than localhost without TLS',
    'AXISOR_RELAY_INSECURE_LISTEN',
  ),
  trustProxy: switchOption(
    '--trust-proxy',
    'trust X-Forwarded-For for the client address (behind a proxy)',
    'AXISOR_RELAY_TRUST_PROXY',
  ),
  publicHosts: PUBLIC_HOSTS,
  metricsListen: METRICS_LISTEN,
  allowedOrigins: ALLOWED_ORIGINS,
  connections: CONNECTIONS,
  compress: switchOption(
    '--compress',
    'offer permessage-deflate, for slow networks',
    'AXISOR_RELAY_COMPRESS',
  ),
  logLevel: choice(
    '--log-level <name>',
    'debug, info, warn, error or silent (default info; warn on a terminal)',
    LOG_LEVELS,
    'AXISOR_RELAY_LOG_LEVEL',
  ),
}

export type ServeOptions = OptionsOf<typeof SERVE_OPTIONS>

export const NAME_ARGUMENT = { name: argument('<name>', 'lower-case letters, digits and . _ @ -') }

export const USER_ADD_OPTIONS = { ...DATABASE_OPTION, json: flag('--json', 'print the user as JSON') }

export type UserAddOptions = OptionsOf<typeof USER_ADD_OPTIONS> & OptionsOf<typeof NAME_ARGUMENT>

export const LIST_OPTIONS = { ...DATABASE_OPTION, ...JSON_OPTION }

export type UserListOptions = OptionsOf<typeof LIST_OPTIONS>

export const REMOVE_USER_ARGUMENT = { name: argument('<name>', 'user, as in axisor relay user list') }

export type UserRemoveOptions = DatabaseOptions & OptionsOf<typeof REMOVE_USER_ARGUMENT>

export const USER_ARGUMENT = { userName: argument('<user>', 'user of the relay') }

const SCOPES: readonly TokenScope[] = ['read', 'read-all', 'alerts', 'admin']

/** A comma-separated list of scopes. */
function parseScopes(text: string) {
  const names = text.split(',').map(name => name.trim())
  const value = SCOPES.filter(scope => names.includes(scope))
  if (value.length === names.length) return { ok: true, value } as const
  return { ok: false, expected: `a list of ${SCOPES.join(', ')}` } as const
}

export const TOKEN_ISSUE_OPTIONS = {
  tokenName: withDefault(textOption('--name <text>', 'label of the token, for example laptop'), 'unnamed'),
  expiresInMs: option(
    '--expires <duration>',
    'lifetime, for example 90d (default: until it is revoked)',
    duration(1_000, 3_650 * DAY_MS),
  ),
  scopes: withDefault<readonly TokenScope[]>(
    option(
      '--scope <list>',
      'read (default), read-all (all users of the relay), alerts, admin, or a list such as read,alerts',
      parseScopes,
      { values: ['read', 'read-all', 'alerts', 'read,alerts', 'admin', 'read,admin'] },
    ),
    ['read'],
  ),
  ...DATABASE_OPTION,
  json: flag('--json', 'print the token and its metadata as JSON'),
}

export type TokenIssueOptions = OptionsOf<typeof TOKEN_ISSUE_OPTIONS> & OptionsOf<typeof USER_ARGUMENT>

export const OPTIONAL_USER_ARGUMENT = {
  userName: optionalArgument('[user]', 'list only the tokens of this user'),
}

export type TokenListOptions = OptionsOf<typeof LIST_OPTIONS> & OptionsOf<typeof OPTIONAL_USER_ARGUMENT>

export type UserCommandOptions = DatabaseOptions & OptionsOf<typeof USER_ARGUMENT>

export const TOKEN_ARGUMENT = { tokenId: argument('<id>', 'id of the token, or its first 12 characters') }

export type TokenRevokeOptions = DatabaseOptions & OptionsOf<typeof TOKEN_ARGUMENT>

export const CREDENTIALS_SET_OPTIONS = {
  withStdin: flag('--with-stdin', 'read the key from stdin as JSON: {"key","secret","passphrase"}'),
  ...WRITE_KEY_OPTION,
  ...EXCHANGE_OPTIONS,
  ...PROXY_OPTION,
  ...REQUEST_TIMEOUT_OPTION,
  ...DATABASE_OPTION,
}

export const FORGET_USER_ARGUMENT = {
  userName: optionalArgument('[user]', 'user of the relay'),
}

export const CREDENTIALS_FORGET_OPTIONS = {
  all: flag('--all', 'of all users, after the loss of the master key'),
  ...DATABASE_OPTION,
}

export type CredentialsForgetOptions = OptionsOf<typeof CREDENTIALS_FORGET_OPTIONS> &
  OptionsOf<typeof FORGET_USER_ARGUMENT>

export type CredentialsSetOptions = OptionsOf<typeof CREDENTIALS_SET_OPTIONS> &
  OptionsOf<typeof USER_ARGUMENT>
