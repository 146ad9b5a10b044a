import { AxisorError } from '../domain/error.ts'
import { oneOf, relayAddress } from './parsers.ts'
import { findSetting, readSetting, type SettingSources } from './setting-sources.ts'

/** The data source. `demo` is the embedded simulated exchange. */
export type SourceKind = 'direct' | 'relay' | 'demo'

/** Flags that choose a source, and those that only make sense beside none of them, or one. */
const CHOICES = ['demo', 'direct', 'relay'] as const
const OF_AN_EXCHANGE = ['network', 'api-url', 'stream-url']

function excluded(a: string, b: string, hint: string): AxisorError {
  return new AxisorError('usage', `--${a} and --${b} exclude each other`, { hint })
}

/** The flag that chooses a source; null when none was typed. */
function chosen({ flags: typed }: SettingSources): SourceKind | null {
  const [one, other] = CHOICES.filter(flag => typed[flag] !== undefined)
  if (one === undefined) return null
  if (other !== undefined) throw excluded(one, other, 'Leave one of them out')
  const unfit = OF_AN_EXCHANGE.find(flag => typed[flag] !== undefined)
  if (one === 'demo' && unfit !== undefined)
    throw excluded(one, unfit, 'The simulated exchange of --demo has no address')
  if (one === 'demo' && typed.profile !== undefined)
    throw excluded(one, 'profile', 'The simulated exchange of --demo has a key of its own')
  if (one === 'relay' && unfit !== undefined)
    throw excluded(one, unfit, 'The relay knows which exchange it watches')
  return one
}

function isForExchange({ flags: typed }: SettingSources): boolean {
  return OF_AN_EXCHANGE.some(flag => typed[flag] !== undefined)
}

/** True if a flag or a setting selects a direct connection to an exchange. */
export function requiresExchange(sources: SettingSources): boolean {
  return (
    chosen(sources) === 'direct' ||
    isForExchange(sources) ||
    findSetting('source', sources)?.text === 'direct'
  )
}

/**
 * Selects the data source: from flags, else from the `source` setting, else a relay if its address is set, else the exchange. A profile
 * fixes the source, and a flag must not contradict it.
 * @throws AxisorError usage or config
 */
export function sourceOf(sources: SettingSources): SourceKind {
  const typed = chosen(sources)
  const { profile = null } = sources
  if (profile !== null) {
    const flag =
      typed ??
      (profile.kind === 'relay' ? OF_AN_EXCHANGE.find(each => sources.flags[each] !== undefined) : null)
    if (flag == null || flag === profile.kind) return profile.kind
    throw new AxisorError(
      'usage',
      `--${flag} contradicts profile ${profile.name}, which is ${profile.kind}`,
      {
        hint: 'Choose another profile with --profile; axisor profiles lists them.',
      },
    )
  }
  if (typed !== null) return typed
  const source = readSetting('source', oneOf(['direct', 'relay', 'demo'] as const), sources)
  if (source !== null) return source
  return !isForExchange(sources) && findSetting('relayUrl', sources) !== null ? 'relay' : 'direct'
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
