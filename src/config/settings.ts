import type { Profile } from '../domain/profile.ts'
import { apiBeside, LN_MARKETS, streamBeside } from './addresses.ts'
import { address, duration, oneOf, yesOrNo } from './parsers.ts'
import { relayOfProfile, type Target, targetOfProfile } from './profile-target.ts'
import { readSetting, type SettingSources } from './setting-sources.ts'
import { relayUrlOf, type SourceKind, sourceOf } from './source-choice.ts'

/** How axisor runs: what flags, environment and config file together say. Holds no secret. */
export interface Settings extends Target {
  readonly source: SourceKind
  /** Of the relay; null unless the source is one. */
  readonly relayUrl: string | null
  /** Whose secret is used, unless the environment holds one; null: there is only the environment. */
  readonly profile: Profile | null
  /** Accept a key that may do more than read. */
  readonly allowWriteKey: boolean
  /** Between two documents of `watch --json`. */
  readonly intervalMs: number
  /** How long a command that prints once waits for the first complete picture. */
  readonly timeoutMs: number
  /** Of the dashboard; `colour-blind` is blue and orange. */
  readonly palette: 'default' | 'colour-blind'
}

/** With their base path, `https://api.lnmarkets.com/v3`, and without a slash at the end. */
function targetOf(sources: SettingSources): Target {
  const network = readSetting('network', oneOf(['mainnet', 'signet'] as const), sources) ?? 'mainnet'
  const apiUrl = readSetting('apiUrl', address('https', 'http'), sources)
  const streamUrl = readSetting('streamUrl', address('wss', 'ws'), sources)
  if (apiUrl === null && streamUrl === null) return { network, ...LN_MARKETS[network] }
  return {
    network,
    apiUrl: apiUrl ?? apiBeside(streamUrl ?? ''),
    streamUrl: streamUrl ?? streamBeside(apiUrl ?? ''),
  }
}

/**
 * Flag before environment before config file before default; a profile agrees with all of them, or that is an error.
 * @throws AxisorError usage or config, naming the origin of the bad value
 */
export function resolveSettings(sources: SettingSources): Settings {
  const { profile = null } = sources
  const source = sourceOf(sources)
  const relayUrl = profile?.kind === 'relay' ? relayOfProfile(profile, sources) : relayUrlOf(source, sources)
  const target = profile?.kind === 'direct' ? targetOfProfile(profile, sources) : targetOf(sources)
  return Object.freeze({
    source,
    relayUrl,
    ...target,
    profile,
    allowWriteKey: readSetting('allowWriteKey', yesOrNo, sources) ?? false,
    intervalMs: readSetting('interval', duration(100, 3_600_000), sources) ?? 1_000,
    timeoutMs: readSetting('timeout', duration(100, 600_000), sources) ?? 10_000,
    palette: readSetting('palette', oneOf(['default', 'colour-blind'] as const), sources) ?? 'default',
  })
}
