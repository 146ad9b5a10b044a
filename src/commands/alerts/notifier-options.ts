import type { NotifierOptions } from '../../ports/notifier.ts'

/** The exchange's domain with its subdomains: no notice is ever sent to them. */
const EXCHANGE_HOSTS = ['*.lnmarkets.com'] as const

/** A user's own machine may notify private addresses and run commands. */
export const NOTIFIER_OPTIONS: NotifierOptions = {
  allowPrivateAddresses: true,
  allowLocalChannels: true,
  refusedHosts: EXCHANGE_HOSTS,
}
