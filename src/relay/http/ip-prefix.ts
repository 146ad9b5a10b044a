const MAPPED = /^::ffff:(\d+(?:\.\d+){3})$/i

/** The network part of an IPv6 address: four groups of eight. */
const NETWORK_GROUPS = 4
const GROUPS = 8

function groupsOf(part: string | undefined): readonly string[] {
  return part === undefined || part === '' ? [] : part.split(':')
}

/**
 * Returns the unit in which addresses are counted: an IPv4 address, or the /64 network of an IPv6 address, because
 * one host controls all of its 2^64 addresses.
 */
export function ipPrefix(address: string): string {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [before, after] = address.split('::', 2).map(groupsOf)
  const known = [...(before ?? []), ...(after ?? [])].length
  const zeros = after === undefined ? 0 : Math.max(0, GROUPS - known)
  const groups = [...(before ?? []), ...new Array<string>(zeros).fill('0'), ...(after ?? [])]
  const network = groups.slice(0, NETWORK_GROUPS).map(group => group.toLowerCase().replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
