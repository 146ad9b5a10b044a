import { expect, test } from 'vitest'
import { clientAddress } from '../../../../src/relay/http/client-address.ts'
import { ipPrefix } from '../../../../src/relay/http/ip-prefix.ts'

test('counts an IPv4 address separately, also when mapped to IPv6', () => {
  expect(ipPrefix('192.0.2.7')).toBe('192.0.2.7')
  expect(ipPrefix('::ffff:192.0.2.7')).toBe('192.0.2.7')
})

test('counts all addresses of one IPv6 network as one, in any spelling', () => {
  const same = ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002:0:0:0:9']
  expect(new Set(same.map(ipPrefix))).toEqual(new Set(['2001:db8:1:2::/64']))
  expect(ipPrefix('2001:db8:1:3::1')).not.toBe(ipPrefix('2001:db8:1:2::1'))
  expect(ipPrefix('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(ipPrefix('::1')).toBe('0:0:0:0::/64')
  expect(ipPrefix('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
})

test('reads X-Forwarded-For behind a trusted proxy only, and there only what the proxy wrote', () => {
  const request = (forwarded?: string) => ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '192.0.2.1' },
  })
  expect(clientAddress(request('203.0.113.9'), false)).toBe('192.0.2.1')
  expect(clientAddress(request('198.51.100.1, 203.0.113.9'), true)).toBe('203.0.113.9')
  expect(clientAddress(request('2001:db8:1:2::77'), true)).toBe('2001:db8:1:2::/64')
  expect(clientAddress(request('nonsense'), true)).toBe('192.0.2.1')
  expect(clientAddress(request(), true)).toBe('192.0.2.1')
})
