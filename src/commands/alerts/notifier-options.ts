import type { NotifierOptions } from '../../ports/notifier.ts'

/** Hosts of the exchange, including their subdomains: no notice is ever sent to them. */
const EXCHANGE_HOSTS = ['lnmarkets.com'] as const

/** A user's own machine may notify private addresses and run commands. */
export const NOTIFIER_OPTIONS: NotifierOptions = {
  allowPrivateAddresses: true,
  allowLocalChannels: true,
  refusedHosts: EXCHANGE_HOSTS,
}
