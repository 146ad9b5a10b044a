import { isIP } from 'node:net'
import { PRIVATE_CHANNELS_SETTING } from '../../domain/alerts/relay-settings.ts'
import { AxisorError } from '../../domain/error.ts'
import { isPrivateHost } from '../../domain/private-host.ts'
import {
  isOnionHost,
  type ProxyRules,
  type ProxyServer,
  type ProxyTarget,
  proxyFor,
  proxyName,
  targetOfUrl,
} from '../../domain/proxy.ts'
import type { AddressGuard, Reach } from './address-guard.ts'
import { failed, SendError } from './send-result.ts'

/** Where the notifier may connect to. */
export interface NetworkPolicy {
  readonly guard: AddressGuard
  readonly allowPrivateAddresses: boolean
  readonly proxies: ProxyRules
}

/** A URL that passed the checks. */
export interface ConnectionTarget {
  readonly url: URL
  /** True for https:// and wss://. */
  readonly isSecure: boolean
  /** For the lookup of a direct connection. */
  readonly reach: Reach
  /** Null for a direct connection. */
  readonly proxy: ProxyServer | null
}

/** Returns the reach of an encrypted connection. */
export function secureReach({ allowPrivateAddresses }: NetworkPolicy): Reach {
  return allowPrivateAddresses ? 'any' : 'public'
}

/**
 * Returns the proxy for a connection; null for a direct one. The proxy resolves the name, out of reach of the guard. Hence a relay that
 * may not reach private addresses refuses it, and an unencrypted connection is only made to a host whose name proves that it is private.
 * @throws SendError failed, for a refused host
 */
export function proxyOf(
  { proxies, allowPrivateAddresses }: NetworkPolicy,
  target: ProxyTarget,
  isSecure: boolean,
): ProxyServer | null {
  const { host } = target
  let proxy: ProxyServer | null
  try {
    proxy = proxyFor(proxies, target)
  } catch (error) {
    throw error instanceof AxisorError ? new SendError(failed(error.message)) : error
  }
  if (proxy === null) return null
  if (!allowPrivateAddresses)
    throw new SendError(
      failed(
        `${proxyName(proxy)} could reach private addresses, which it may only if ${PRIVATE_CHANNELS_SETTING}`,
      ),
    )
  // The guard has checked an address.
  const isChecked = isIP(host.replace(/^\[|\]$/g, '')) !== 0
  if (!isSecure && !isChecked && !isPrivateHost(host) && !isOnionHost(host))
    throw new SendError(failed(`${host} is not known to be private; without TLS list it in NO_PROXY`))
  return proxy
}

/**
 * Parses and checks a URL of a scheme and its encrypted form: `http` or `ws`. Without encryption only private addresses are in reach.
 * @throws SendError failed, for an invalid URL and a refused host
 */
export function connectionTarget(
  text: string,
  scheme: 'http' | 'ws',
  policy: NetworkPolicy,
): ConnectionTarget {
  if (!URL.canParse(text)) throw new SendError(failed('the URL is not valid'))
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new SendError(failed('the URL contains a user name or a password'))
  }
  const isSecure = url.protocol === `${scheme}s:`
  if (!isSecure && !(policy.allowPrivateAddresses && url.protocol === `${scheme}:`)) {
    const isAllowable = url.protocol === `${scheme}:`
    const remedy = isAllowable
      ? `; ${scheme}:// to a private address needs --allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1`
      : ''
    throw new SendError(failed(`the URL does not start with ${scheme}s://${remedy}`))
  }
  const reach = isSecure ? secureReach(policy) : 'private'
  policy.guard.check(url.hostname, Number(url.port) || (isSecure ? 443 : 80), reach)
  return { url, isSecure, reach, proxy: proxyOf(policy, targetOfUrl(url), isSecure) }
}
