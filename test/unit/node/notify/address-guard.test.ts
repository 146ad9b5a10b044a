import type { LookupAddress } from 'node:dns'
import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalHost, openAddressGuard, type Reach } from '../../../../src/node/notify/address-guard.ts'
import { SendError } from '../../../../src/node/notify/send-result.ts'
import { isSpecialAddress } from '../../../../src/node/notify/special-addresses.ts'

const EXCHANGE = ['api.lnmarkets.com', '*.lnmarkets.com', '127.0.0.1:4010']

/** Returns the reason why a host is refused, or null. */
function refusalOf(host: string, reach: Reach = 'public', port = 443): string | null {
  try {
    openAddressGuard(EXCHANGE).check(host, port, reach)
    return null
  } catch (error) {
    if (error instanceof SendError && error.result.kind === 'failed') return error.result.why
    throw error
  }
}

describe('special-purpose addresses', () => {
  test.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.127.255.255',
      '127.0.0.1',
      '127.255.0.9',
      '169.254.169.254',
    ],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.8',
      '192.0.2.1',
      '192.168.1.1',
      '198.18.0.1',
      '198.51.100.7',
    ],
    ...['203.0.113.7', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::7f00:1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:a00:1', '::ffff:169.254.169.254', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1'],
    ...['2001:db8::1', '2001::1', '2002:7f00:1::', '64:ff9b:1::1', '100::1'],
  ])('include %s', address => {
    expect(isSpecialAddress(address)).toBe(true)
  })

  test.each([
    ...[
      '1.1.1.1',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.1',
    ],
    ...['172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '198.17.0.1', '223.255.255.255'],
    ...['2606:4700::1111', '2a00:1450:4001::5', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  ])('exclude %s', address => {
    expect(isSpecialAddress(address)).toBe(false)
  })

  test('include an IPv4 address however IPv6 embeds it', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
        const forms = [`::ffff:${address}`, `::ffff:${hex}`, `64:ff9b::${address}`, `64:ff9b::${hex}`]
        expect(forms.map(isSpecialAddress)).toEqual(forms.map(() => isSpecialAddress(address)))
      }),
    )
  })
})

describe('hosts', () => {
  test.each([
    ['API.LNMarkets.com.', 'api.lnmarkets.com'],
    ['a.example..', 'a.example'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::FFFF:127.0.0.1', '127.0.0.1'],
    ['[::ffff:10.0.0.1]', '10.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['a/b', null],
    ['user@host', null],
    ['', null],
  ])('%j is compared as %j', (host, canonical) => {
    expect(canonicalHost(host)).toBe(canonical)
  })

  test.each([
    'api.lnmarkets.com',
    'API.lnmarkets.COM',
    'api.lnmarkets.com.',
    'lnmarkets.com',
    'a.b.testnet.lnmarkets.com',
  ])('refuses the exchange as %s, also where private addresses are allowed', host => {
    expect(refusalOf(host, 'any')).toMatch(/is a host of the exchange/)
    expect(refusalOf(host, 'public')).toMatch(/is a host of the exchange/)
  })

  test.each(['lnmarkets.com.evil.example', 'notlnmarkets.com', 'lnmarkets.co'])('accepts %s', host => {
    expect(refusalOf(host)).toBeNull()
  })

  test('refuses an entry with a port on that port only, in every notation of the address', () => {
    expect(refusalOf('127.0.0.1', 'any', 4010)).toMatch(/exchange/)
    expect(refusalOf('[::ffff:127.0.0.1]', 'any', 4010)).toMatch(/exchange/)
    expect(refusalOf('0177.0.0.1', 'any', 4010)).toMatch(/exchange/)
    expect(refusalOf('127.0.0.1', 'any', 4011)).toBeNull()
  })

  test('refuses addresses out of reach', () => {
    expect(refusalOf('127.1')).toBe(
      '127.0.0.1 is a private or reserved address, to which a relay only connects if axisor relay serve has --allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1',
    )
    expect(refusalOf('[::ffff:192.168.0.1]')).toMatch(/^192\.168\.0\.1 is a private/)
    expect(refusalOf('8.8.8.8', 'private')).toMatch(/is a public address/)
    expect(refusalOf('10.0.0.1', 'loopback')).toMatch(/is not this machine/)
    expect(refusalOf('8.8.8.8')).toBeNull()
    expect(refusalOf('10.0.0.1', 'private')).toBeNull()
    expect(refusalOf('::1', 'loopback')).toBeNull()
    expect(refusalOf('a b')).toBe('the host name is not valid')
  })
})

describe('a lookup', () => {
  const NAMES: Readonly<Record<string, readonly string[]>> = {
    'inside.example': ['10.0.0.5'],
    'mixed.example': ['127.0.0.1', '8.8.8.8', '::1', '2606:4700::1111'],
    'none.example': [],
  }

  function found(host: string, reach: Reach, family = 0): Promise<readonly string[] | Error> {
    const guard = openAddressGuard([], (name, done) => {
      const addresses = NAMES[name]?.map(address => ({ address, family: isIPv4(address) ? 4 : 6 }))
      done(addresses === undefined ? new Error('unknown') : null, addresses ?? [])
    })
    return new Promise(resolve =>
      guard.lookup(reach)(host, { all: true, family }, (error, addresses) =>
        resolve(error ?? (addresses as LookupAddress[]).map(each => each.address)),
      ),
    )
  }

  test('yields only the allowed addresses of a name', async () => {
    expect(await found('mixed.example', 'public')).toEqual(['8.8.8.8', '2606:4700::1111'])
    expect(await found('mixed.example', 'private')).toEqual(['127.0.0.1', '::1'])
    expect(await found('mixed.example', 'loopback', 6)).toEqual(['::1'])
    expect(await found('mixed.example', 'any', 4)).toEqual(['127.0.0.1', '8.8.8.8'])
  })

  test('fails for a name with refused addresses only, and for an unknown name', async () => {
    const error = await found('inside.example', 'public')
    expect(error).toMatchObject({
      result: { why: expect.stringContaining('inside.example (10.0.0.5) is a private') },
    })
    expect(await found('none.example', 'any')).toMatchObject({ code: 'ENOTFOUND' })
    expect(await found('unknown.example', 'any')).toMatchObject({ message: 'unknown' })
  })

  test('returns one address to a socket that requests one', async () => {
    const guard = openAddressGuard([], (_name, done) => done(null, [{ address: '8.8.8.8', family: 4 }]))
    const one = await new Promise(resolve =>
      guard.lookup('public')('a.example', {}, (_error, address, family) => resolve([address, family])),
    )
    expect(one).toEqual(['8.8.8.8', 4])
  })
})
