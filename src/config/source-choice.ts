import { AxisorError } from '../domain/error.ts'
import { oneOf, relayAddress, relayUserName } from './parsers.ts'
import {
  findSetting,
  readSetting,
  type SettingFlags,
  type SettingSources,
  settingFlag,
} from './setting-sources.ts'

/** The data source. `demo` is the embedded simulated exchange. */
export type SourceKind = 'direct' | 'relay' | 'demo'

/** Flags that select a source, and flags valid only without one or with `--direct`. */
const CHOICES = ['demo', 'direct', 'relay'] as const
const EXCHANGE_FLAGS = ['network', 'apiUrl', 'streamUrl'] as const

function excluded(a: string, b: string, hint: string): AxisorError {
  return new AxisorError('usage', `${a} and ${b} exclude each other`, { hint })
}

function isGiven(flags: SettingFlags, choice: SourceKind): boolean {
  return choice === 'relay' ? flags.relayUrl != null : flags[choice] === true
}

/** Returns the given flag of an exchange's address or network, with its dashes, or null if none is given. */
function exchangeFlag({ flags }: SettingSources): string | null {
  const given = EXCHANGE_FLAGS.find(name => flags[name] != null)
  return given === undefined ? null : settingFlag(given)
}

/** Returns the source selected by a flag, or null if none is. */
function chosen(sources: SettingSources): SourceKind | null {
  const { flags } = sources
  const [one, other] = CHOICES.filter(choice => isGiven(flags, choice))
  if (one === undefined) return null
  if (other !== undefined) throw excluded(`--${one}`, `--${other}`, 'Remove one of them.')
  const conflicting = exchangeFlag(sources)
  if (one === 'demo' && conflicting !== null)
    throw excluded('--demo', conflicting, 'The simulated exchange of --demo has no address.')
  if (one === 'demo' && flags.profile != null)
    throw excluded('--demo', '--profile', 'The simulated exchange of --demo has its own key.')
  if (one === 'relay' && conflicting !== null)
    throw excluded('--relay', conflicting, 'The exchange is configured on the relay.')
  return one
}

/** True if a flag or a setting selects a direct connection to an exchange. */
export function requiresExchange(sources: SettingSources): boolean {
  return (
    chosen(sources) === 'direct' ||
    exchangeFlag(sources) !== null ||
    findSetting('source', sources)?.text === 'direct'
  )
}

/**
 * Selects the data source: from flags, else from the `source` setting, else a relay if its address is set, else the exchange. A profile
 * fixes the source, and a flag must not contradict it.
 * @throws AxisorError usage or config
 */
export function sourceOf(sources: SettingSources): SourceKind {
  const selected = chosen(sources)
  const { profile = null } = sources
  if (profile !== null) {
    if (selected === profile.kind) return profile.kind
    const flag =
      selected === null ? (profile.kind === 'relay' ? exchangeFlag(sources) : null) : `--${selected}`
    if (flag === null) return profile.kind
    throw new AxisorError(
      'usage',
      `${flag} contradicts profile ${profile.name}, which is a ${profile.kind} profile`,
      {
        hint: 'Choose another profile with --profile. axisor profiles lists them.',
      },
    )
  }
  if (selected !== null) return selected
  const source = readSetting('source', oneOf(['direct', 'relay', 'demo'] as const), sources)
  if (source !== null) return source
  return exchangeFlag(sources) === null && findSetting('relayUrl', sources) !== null ? 'relay' : 'direct'
}

/** Returns the relay's address, or null if the source is not a relay. @throws AxisorError usage or config, if it is unset or invalid */
export function relayUrlOf(source: SourceKind, sources: SettingSources): string | null {
  if (source !== 'relay') return null
  const url = readSetting('relayUrl', relayAddress, sources)
  if (url !== null) return url
  throw new AxisorError('config', 'the source is a relay, but its address is not set', {
    hint: 'Set it with --relay URL, AXISOR_RELAY_URL, or relayUrl in the config file.',
  })
}

/**
 * Returns the user of the relay whose account is read, or null for that of the token. An exchange has no other users: there the setting of
 * the environment or the config file is not for it, and the flag is an error.
 * @throws AxisorError usage or config
 */
export function relayUserOf(source: SourceKind, sources: SettingSources): string | null {
  if (source === 'relay') return readSetting('relayUser', relayUserName, sources)
  if (sources.flags.relayUser == null) return null
  const place = source === 'demo' ? 'the demo' : 'a direct connection to the exchange'
  throw new AxisorError('usage', `--user selects a user of a relay, but the source is ${place}`, {
    hint: 'Name the relay with --relay URL, or its profile with --profile.',
  })
}
