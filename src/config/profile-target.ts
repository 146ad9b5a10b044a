import { AxisorError } from '../domain/error.ts'
import type { DirectProfile, RelayProfile } from '../domain/profile.ts'
import type { Network } from '../domain/snapshot.ts'
import { LN_MARKETS } from './addresses.ts'
import { address, oneOf, type Reader, relayAddress } from './parsers.ts'
import { readSaid } from './raw-setting.ts'
import { type SettingName, type Sources, said } from './setting-sources.ts'

/** An exchange: which network, and where. */
export interface Target {
  readonly network: Network
  readonly apiUrl: string
  readonly streamUrl: string
}

/** Something that is said beside a profile, and what the profile says of it. */
interface Agreement {
  readonly name: SettingName
  readonly reader: Reader<string>
  readonly its: string
}

/**
 * What is said beside a profile must agree with it: a secret never meets another network, or another address, than the one that it was
 * proved at.
 */
function agree(profile: string, { name, reader, its }: Agreement, sources: Sources): void {
  const found = said(name, sources)
  if (found === null || readSaid(found, reader) === its) return
  throw new AxisorError(
    found.origin === 'flag' ? 'usage' : 'config',
    `${found.place} contradicts profile ${profile}, which is for ${its}`,
    { hint: 'Log in there under another name, or choose one with --profile; axisor profiles lists them.' },
  )
}

/** Where the key of a profile may go. @throws AxisorError usage or config, when something else was said */
export function targetOfProfile(profile: DirectProfile, sources: Sources): Target {
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
export function relayOfProfile({ name, relayUrl }: RelayProfile, sources: Sources): string {
  agree(name, { name: 'relayUrl', reader: relayAddress, its: relayUrl }, sources)
  return relayUrl
}
