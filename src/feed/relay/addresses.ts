/** The addresses of a relay. */
export interface RelayAddresses {
  readonly streamUrl: string
  readonly httpOrigin: string
  /** With a query if a user is named. */
  readonly snapshotPath: string
  /** Without a slash at the end; empty if there is none. */
  readonly basePath: string
}

/**
 * Derives a relay's stream and snapshot addresses from its URL, for the account of a user; null: of the token.
 * @throws TypeError if it is not a URL; the settings validate it before
 */
export function relayAddresses(url: string, user: string | null = null): RelayAddresses {
  const { protocol, host, pathname } = new URL(url)
  const isSecure = protocol === 'wss:' || protocol === 'https:'
  const base = pathname.replace(/\/+$/, '')
  return {
    streamUrl: withUser(`${isSecure ? 'wss' : 'ws'}://${host}${base}/v1/stream`, user),
    httpOrigin: `${isSecure ? 'https' : 'http'}://${host}`,
    snapshotPath: withUser(`${base}/v1/snapshot`, user),
    basePath: base,
  }
}

/** Adds the user whose account is requested to the target of a request; null: the user of the token. */
export function withUser(target: string, user: string | null): string {
  if (user === null) return target
  return `${target}${target.includes('?') ? '&' : '?'}user=${encodeURIComponent(user)}`
}

/** Returns a text that all spellings of a relay's URL have in common. Throws as `relayAddresses`. */
export function relayKey(url: string): string {
  const { httpOrigin, basePath } = relayAddresses(url)
  return `${httpOrigin}${basePath}`
}
