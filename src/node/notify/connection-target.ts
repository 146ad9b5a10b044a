import type { AddressGuard, Reach } from './address-guard.ts'
import { failed, SendError } from './send-result.ts'

/** Where the notifier may connect to. */
export interface NetworkPolicy {
  readonly guard: AddressGuard
  readonly allowPrivateAddresses: boolean
}

/** A URL that passed the checks. */
export interface ConnectionTarget {
  readonly url: URL
  /** True for https:// and wss://. */
  readonly isSecure: boolean
  /** For the lookup of the connection. */
  readonly reach: Reach
}

/** Returns the reach of an encrypted connection. */
export function secureReach({ allowPrivateAddresses }: NetworkPolicy): Reach {
  return allowPrivateAddresses ? 'any' : 'public'
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
    throw new SendError(failed(`the URL does not start with ${scheme}s://`))
  }
  const reach = isSecure ? secureReach(policy) : 'private'
  policy.guard.check(url.hostname, Number(url.port) || (isSecure ? 443 : 80), reach)
  return { url, isSecure, reach }
}
