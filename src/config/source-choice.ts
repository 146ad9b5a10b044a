import { AxisorError } from '../domain/error.ts'
import { oneOf, relayAddress } from './parsers.ts'
import {
  findSetting,
  readSetting,
  type SettingFlags,
  type SettingSources,
  settingFlag,
} from './setting-sources.ts'

/** Where numbers come from. `demo`: the embedded simulated exchange. */
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

/** The flag of an exchange's address or network that is given, with its dashes; null if there is none. */
function exchangeFlag({ flags }: SettingSources): string | null {
  const given = EXCHANGE_FLAGS.find(name => flags[name] != null)
  return given === undefined ? null : settingFlag(given)
}

/** The source that a flag selects; null if none does. */
function chosen(sources: SettingSources): SourceKind | null {
  const { flags } = sources
  const [one, other] = CHOICES.filter(choice => isGiven(flags, choice))
  if (one === undefined) return null
  if (other !== undefined) throw excluded(`--${one}`, `--${other}`, 'Leave one of them out')
  const unfit = exchangeFlag(sources)
  if (one === 'demo' && unfit !== null)
    throw excluded('--demo', unfit, 'The simulated exchange of --demo has no address')
  if (one === 'demo' && flags.profile != null)
    throw excluded('--demo', '--profile', 'The simulated exchange of --demo has a key of its own')
  if (one === 'relay' && unfit !== null)
    throw excluded('--relay', unfit, 'The relay knows which exchange it watches')
  return one
}

/** True when an exchange itself was asked for, in whatever way. */
export function requiresExchange(sources: SettingSources): boolean {
  return (
    chosen(sources) === 'direct' ||
    exchangeFlag(sources) !== null ||
    findSetting('source', sources)?.text === 'direct'
  )
}

/**
 * What was typed for an exchange is meant for one; else the source that was said, else a relay whose address was. A profile is of one
 * of them, and a flag must not say otherwise.
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
    throw new AxisorError('usage', `${flag} contradicts profile ${profile.name}, which is ${profile.kind}`, {
      hint: 'Choose another profile with --profile; axisor profiles lists them.',
    })
  }
  if (selected !== null) return selected
  const source = readSetting('source', oneOf(['direct', 'relay', 'demo'] as const), sources)
  if (source !== null) return source
  return exchangeFlag(sources) === null && findSetting('relayUrl', sources) !== null ? 'relay' : 'direct'
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
