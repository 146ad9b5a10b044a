import { AxisorError } from '../domain/error.ts'
import type { DirectProfile, RelayProfile } from '../domain/profile.ts'
import type { Network } from '../domain/snapshot.ts'
import { LN_MARKETS } from './addresses.ts'
import { address, oneOf, type Parser, relayAddress } from './parsers.ts'
import { parseSetting } from './raw-setting.ts'
import { findSetting, type SettingName, type SettingSources } from './setting-sources.ts'

/** An exchange: which network, and where. */
export interface Target {
  readonly network: Network
  readonly apiUrl: string
  readonly streamUrl: string
}

/** Something that is said beside a profile, and what the profile says of it. */
interface Agreement {
  readonly name: SettingName
  readonly reader: Parser<string>
  readonly its: string
}

/**
 * What is said beside a profile must agree with it: a secret never meets another network, or another address, than the one that it was
 * proved at.
 */
function agree(profile: string, { name, reader, its }: Agreement, sources: SettingSources): void {
  const found = findSetting(name, sources)
  if (found === null || parseSetting(found, reader) === its) return
  throw new AxisorError(
    found.origin === 'flag' ? 'usage' : 'config',
    `${found.place} contradicts profile ${profile}, which is for ${its}`,
    { hint: 'Log in there under another name, or choose one with --profile; axisor profiles lists them.' },
  )
}

/** Where the key of a profile may go. @throws AxisorError usage or config, when something else was said */
export function targetOfProfile(profile: DirectProfile, sources: SettingSources): Target {
  const { name, network } = profile
  const { apiUrl, streamUrl } = profile.addresses ?? LN_MARKETS[network === 'signet' ? 'signet' : 'mainnet']
  const agreements: readonly Agreement[] = [
    { name: 'network', reader: oneOf(['mainnet', 'signet'] as const), its: network },
    { name: 'apiUrl', reader: address('https', 'http'), its: apiUrl },
    { name: 'streamUrl', reader: address('wss', 'ws'), its: streamUrl },
  ]
  for (const agreement of agreements) agree(name, agreement, sources)
  return { network, apiUrl, streamUrl }
}

/** Where the token of a profile may go. @throws as above */
export function relayOfProfile({ name, relayUrl }: RelayProfile, sources: SettingSources): string {
  agree(name, { name: 'relayUrl', reader: relayAddress, its: relayUrl }, sources)
  return relayUrl
}
