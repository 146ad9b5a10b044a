import { BlockList, isIPv6 } from 'node:net'

/** Special-purpose networks of IPv4 (RFC 6890 and its registry), which no public service has. */
const IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Special-purpose networks of IPv6. 6to4 (2002::/16) and Teredo (2001::/32) carry IPv4 addresses and are refused as a whole. */
const IPV6: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

function specialNetworks(): BlockList {
  const list = new BlockList()
  for (const [network, bits] of IPV4) {
    // Also matches the IPv4-mapped addresses of IPv6 (::ffff:127.0.0.1).
    list.addSubnet(network, bits, 'ipv4')
    // Behind NAT64, the address of an IPv4 service has this prefix (RFC 6052).
    list.addSubnet(`64:ff9b::${network}`, 96 + bits, 'ipv6')
  }
  for (const [network, bits] of IPV6) list.addSubnet(network, bits, 'ipv6')
  return list
}

function loopbackNetworks(): BlockList {
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  list.addAddress('::1', 'ipv6')
  return list
}

const SPECIAL = specialNetworks()
const LOOPBACK = loopbackNetworks()

function contains(list: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%')
  return list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4')
}

/** True for loopback, private, link-local, shared, multicast and reserved addresses, also if embedded in an IPv6 address. */
export function isSpecialAddress(address: string): boolean {
  return contains(SPECIAL, address)
}

export function isLoopbackAddress(address: string): boolean {
  return contains(LOOPBACK, address)
}
