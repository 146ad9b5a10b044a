import { LN_MARKETS } from '../../config/addresses.ts'
import type { Profile } from '../../domain/profile.ts'
import type { ProxyRules } from '../../domain/proxy.ts'
import type { Notifier, NotifierOptions, SendResult } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'

/** The exchange's domain and all names below it. */
const EXCHANGE_HOSTS = ['*.lnmarkets.com']

type NotifierContext = Pick<CommandContext, 'openNotifier' | 'redact'>

/**
 * Opens the notifier of a user's own machine, which may notify private addresses and run commands, but never the exchange of the profile.
 * The words of services are redacted: they reach the screen and the log of the outbox.
 */
export function openLocalNotifier(
  profile: Profile | null,
  proxies: ProxyRules,
  context: NotifierContext,
): Promise<Notifier> {
  return openRedactedNotifier({ ...optionsFor(profile), proxies }, context)
}

/** Opens the notifier of a relay, which runs no program and reaches private addresses only if that is allowed. */
export function openRelayNotifier(
  { allowPrivateChannels, proxies }: { readonly allowPrivateChannels: boolean; readonly proxies: ProxyRules },
  context: NotifierContext,
): Promise<Notifier> {
  const options = {
    allowPrivateAddresses: allowPrivateChannels,
    allowLocalChannels: false,
    refusedHosts: EXCHANGE_HOSTS,
    proxies,
  }
  return openRedactedNotifier(options, context)
}

async function openRedactedNotifier(
  options: NotifierOptions,
  { openNotifier: open, redact }: NotifierContext,
): Promise<Notifier> {
  const notifier = await open(options)
  const redacted = (result: SendResult): SendResult =>
    result.kind === 'delivered' ? result : { ...result, why: redact(result.why) }
  return {
    send: async (channel, message, timeoutMs) => redacted(await notifier.send(channel, message, timeoutMs)),
    ping: async (url, timeoutMs) => redacted(await notifier.ping(url, timeoutMs)),
    close: () => notifier.close(),
  }
}

function optionsFor(profile: Profile | null): Omit<NotifierOptions, 'proxies'> {
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
