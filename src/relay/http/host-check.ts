import { isLoopbackHost } from '../../domain/private-host.ts'

const HOST_HEADER = /^(\[[\da-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i

/** Returns the name in a header `Host` in lower case, without port and final dot; null if it has none. */
function hostNameOf(header: string | undefined): string | null {
  const name = HOST_HEADER.exec(header ?? '')?.[1]
  return name === undefined ? null : name.toLowerCase().replace(/\.$/, '')
}

/**
 * Returns a check of the header `Host`. A web page can point a name of its own to the address of the relay and then send requests that
 * count as its own, with any header: such a name is not served. Names of the loopback interface and `publicHosts` are; all are if there are no
 * `publicHosts`.
 */
export function hostCheck(publicHosts: readonly string[]): (header: string | undefined) => boolean {
  if (publicHosts.length === 0) return () => true
  const served = new Set(publicHosts.map(hostNameOf))
  return header => {
    const name = hostNameOf(header)
    return name !== null && (isLoopbackHost(name) || served.has(name))
  }
}
