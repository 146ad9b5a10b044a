import { AxisorError } from '../domain/error.ts'
import { oneOf, relayAddress } from './parsers.ts'
import { findSetting, readSetting, type SettingSources } from './setting-sources.ts'

/** Where numbers come from. `demo`: the embedded simulated exchange. */
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

/** True when an exchange itself was asked for, in whatever way. */
export function requiresExchange(sources: SettingSources): boolean {
  return (
    chosen(sources) === 'direct' ||
    isForExchange(sources) ||
    findSetting('source', sources)?.text === 'direct'
  )
}

/**
 * What was typed for an exchange is meant for one; else the source that was said, else a relay whose address was. A profile is of one
 * of them, and a flag must not say otherwise.
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

/** The relay's address; null unless the source is one. @throws AxisorError usage or config, when it is not given or can't be one */
export function relayUrlOf(source: SourceKind, sources: SettingSources): string | null {
  if (source !== 'relay') return null
  const url = readSetting('relayUrl', relayAddress, sources)
  if (url !== null) return url
  throw new AxisorError('config', 'the source is a relay, and no address of one is given', {
    hint: 'Give it with --relay URL, AXISOR_RELAY_URL, or relayUrl in the config file',
  })
}
