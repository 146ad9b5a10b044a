import { LN_MARKETS } from '../../config/addresses.ts'
import type { Profile } from '../../domain/profile.ts'
import type { NotifierOptions } from '../../ports/notifier.ts'

/** The exchange's domain and all names below it. */
const EXCHANGE_HOSTS = ['*.lnmarkets.com']

/** Returns the options of a notifier on a user's own machine, which may notify private addresses and run commands. */
export function notifierOptions(profile: Profile | null): NotifierOptions {
  const own = profile?.kind === 'direct' ? (profile.addresses ?? LN_MARKETS.mainnet) : LN_MARKETS.mainnet
  const hosts = [own.apiUrl, own.streamUrl].map(hostAndPort)
  return {
    allowPrivateAddresses: true,
    allowLocalChannels: true,
    refusedHosts: [...new Set([...EXCHANGE_HOSTS, ...hosts])],
  }
}

/** Names a host with its port: a simulated exchange shares its address with other services of the machine. */
function hostAndPort(address: string): string {
  const { hostname, port, protocol } = new URL(address)
  return `${hostname}:${port === '' ? (/s:$/.test(protocol) ? 443 : 80) : port}`
}
