import { AxisorError } from '../domain/error.ts'
import { oneOf, relayAddress } from './readers.ts'
import { read, said } from './said.ts'
import type { Settings, Sources } from './settings.ts'

/** Flags that choose a source, and those that only make sense for an exchange of one's own. */
const CHOICES = ['demo', 'direct', 'relay'] as const
const OF_AN_EXCHANGE = ['network', 'api-url', 'stream-url']

function excluded(a: string, b: string, hint: string): AxisorError {
  return new AxisorError('usage', `--${a} and --${b} exclude each other`, { hint })
}

/** The flag that chooses a source; null when none was typed. */
function chosen({ typed }: Sources): Settings['source'] | null {
  const [one, other] = CHOICES.filter(flag => typed[flag] !== undefined)
  if (one === undefined) return null
  if (other !== undefined) throw excluded(one, other, 'Leave one of them out')
  const unfit = OF_AN_EXCHANGE.find(flag => typed[flag] !== undefined)
  if (one === 'relay' && unfit !== undefined)
    throw excluded(one, unfit, 'The relay knows which exchange it watches')
  const unfitForDemo = unfit ?? (typed.profile === undefined ? null : 'profile')
  if (one === 'demo' && unfitForDemo !== null)
    throw excluded(one, unfitForDemo, 'The simulated exchange of --demo has no address, and a key of its own')
  return one
}

/**
 * What the source is, as flags, environment and file say it without a profile; null when they don't. What was typed for an exchange
 * is meant for one, and the address of a relay for a relay.
 * @throws AxisorError usage or config
 */
export function sourceSaid(sources: Sources): Settings['source'] | null {
  const typed = chosen(sources)
  if (typed !== null) return typed
  const source = read('source', oneOf(['direct', 'relay', 'demo'] as const), sources)
  if (source !== null) return source
  if (OF_AN_EXCHANGE.some(flag => sources.typed[flag] !== undefined)) return 'direct'
  return said('relayUrl', sources) === null ? null : 'relay'
}

/**
 * The source, that of the profile included.
 * @throws AxisorError usage or config, also when something else was asked for beside the profile
 */
export function sourceOf(sources: Sources): Settings['source'] {
  const { profile = null } = sources
  const source = sourceSaid(sources)
  if (profile === null) return source ?? 'direct'
  if (source === null || source === profile.kind) return profile.kind
  const its = profile.kind === 'relay' ? 'of a relay' : 'of an exchange'
  throw new AxisorError('usage', `profile ${profile.name} is ${its}, and another source was asked for`, {
    hint: 'Choose another one with --profile; axisor profiles lists them.',
  })
}

/** True when two addresses, of the stream or of its HTTP, are of the same relay. */
export function isSameRelay(a: string, b: string): boolean {
  return a.replace(/^ws/, 'http') === b.replace(/^ws/, 'http')
}

/**
 * Where the relay is; null when the source is none.
 * @throws AxisorError usage or config, also when what was said contradicts the profile: a token never meets another relay
 */
export function relayUrlOf(source: Settings['source'], sources: Sources): string | null {
  if (source !== 'relay') return null
  const { profile = null } = sources
  const url = read('relayUrl', relayAddress, sources)
  if (profile?.kind === 'relay') {
    if (url === null || isSameRelay(url, profile.relayUrl)) return profile.relayUrl
    throw new AxisorError('usage', `another relay was asked for than that of profile ${profile.name}`, {
      hint: 'Choose another profile with --profile; axisor profiles lists them.',
    })
  }
  if (url !== null) return url
  throw new AxisorError('config', 'the source is a relay, and no address of one is given', {
    hint: 'Give it with --relay URL, AXISOR_RELAY_URL, or relayUrl in the config file',
  })
}
