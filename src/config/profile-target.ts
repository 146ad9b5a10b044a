import { AxisorError } from '../domain/error.ts'
import type { DirectProfile, RelayProfile } from '../domain/profile.ts'
import type { Network } from '../domain/snapshot.ts'
import { LN_MARKETS } from './addresses.ts'
import { address, oneOf, type Parser, relayAddress } from './parsers.ts'
import { parseSetting } from './raw-setting.ts'
import { findSetting, type SettingName, type SettingSources } from './setting-sources.ts'

/** Network and addresses of an exchange. */
export interface Target {
  readonly network: Network
  readonly apiUrl: string
  readonly streamUrl: string
}

/** A setting that the profile fixes, and the value of the profile. */
interface FixedSetting {
  readonly name: SettingName
  readonly parser: Parser<string>
  readonly value: string
}

/**
 * Rejects a setting that contradicts the profile: a secret is never sent to a network or address other than the one that it was
 * verified at.
 * @throws AxisorError usage (a flag) or config
 */
function rejectConflict(
  profile: string,
  { name, parser, value }: FixedSetting,
  sources: SettingSources,
): void {
  const found = findSetting(name, sources)
  if (found === null || parseSetting(found, parser) === value) return
  throw new AxisorError(
    found.origin === 'flag' ? 'usage' : 'config',
    `${found.place} contradicts profile ${profile}, which is for ${value}`,
    {
      hint: 'Log in there under another profile name, or choose a profile with --profile. axisor profiles lists them.',
    },
  )
}

/** Returns the exchange that the profile's key may be sent to. @throws AxisorError usage or config, if a setting contradicts it */
export function targetOfProfile(profile: DirectProfile, sources: SettingSources): Target {
  const { name, network } = profile
  const { apiUrl, streamUrl } = profile.addresses ?? LN_MARKETS[network === 'signet' ? 'signet' : 'mainnet']
  const settings: readonly FixedSetting[] = [
    { name: 'network', parser: oneOf(['mainnet', 'signet'] as const), value: network },
    { name: 'apiUrl', parser: address('https', 'http'), value: apiUrl },
    { name: 'streamUrl', parser: address('wss', 'ws'), value: streamUrl },
  ]
  for (const setting of settings) rejectConflict(name, setting, sources)
  return { network, apiUrl, streamUrl }
}

/** Returns the relay that the profile's token may be sent to. @throws AxisorError usage or config, if a setting contradicts it */
export function relayOfProfile({ name, relayUrl }: RelayProfile, sources: SettingSources): string {
  rejectConflict(name, { name: 'relayUrl', parser: relayAddress, value: relayUrl }, sources)
  return relayUrl
}
