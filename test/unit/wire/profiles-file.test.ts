import { describe, expect, test } from 'vitest'
import type { Profiles } from '../../../src/domain/profile.ts'
import { verifiedPermissions, withoutProfile, withProfile } from '../../../src/domain/profile.ts'
import { decodeProfiles, encodeProfiles } from '../../../src/wire/profiles-file.ts'

const MAIN = {
  name: 'main',
  kind: 'direct',
  network: 'mainnet',
  addresses: null,
  store: 'keychain',
  requirePassphrase: false,
  permissions: ['account:read'],
  verifiedAt: Date.UTC(2026, 10, 1),
  acceptedAt: Date.UTC(2026, 10, 1),
} as const
const HOME = {
  name: 'home',
  kind: 'relay',
  relayUrl: 'wss://relay.home',
  store: 'vault',
  requirePassphrase: true,
  verifiedAt: Date.UTC(2026, 10, 2),
} as const

const BOTH: Profiles = { current: 'home', all: [MAIN, HOME] }

describe('profiles file', () => {
  test('decodes what it encoded', () => {
    expect(decodeProfiles(encodeProfiles(BOTH))).toEqual({ ok: true, value: BOTH })
  })

  test('reads and writes the time of verification under the name that stands in existing files', () => {
    const text =
      '{"version":1,"current":"home","profiles":{"home":{"kind":"relay","relayUrl":"wss://relay.home","store":"vault","requirePassphrase":true,"provenAt":"2026-11-02T00:00:00.000Z"}}}'
    expect(decodeProfiles(text)).toEqual({ ok: true, value: { current: 'home', all: [HOME] } })
    expect(JSON.parse(encodeProfiles({ current: 'home', all: [HOME] }))).toEqual(JSON.parse(text))
  })

  test('keeps a key that is not verified apart from one with an unreadable list', () => {
    const unverified = { ...MAIN, name: 'a', permissions: null, verifiedAt: null }
    const unreadable = { ...MAIN, name: 'b', permissions: null }
    const profiles: Profiles = { current: 'a', all: [unverified, unreadable] }
    const text = encodeProfiles(profiles)
    expect(decodeProfiles(text)).toEqual({ ok: true, value: profiles })
    expect(JSON.parse(text).profiles.a).toMatchObject({
      permissions: null,
      provenAt: null,
      acceptedAt: '2026-11-01T00:00:00.000Z',
    })
    expect(profiles.all.map(profile => profile.kind === 'direct' && verifiedPermissions(profile))).toEqual([
      null,
      { permissions: null },
    ])
  })

  test('reads a profile of an earlier version', () => {
    const text =
      '{"version":1,"current":"main","profiles":{"main":{"kind":"direct","network":"mainnet","addresses":null,"store":"keychain","requirePassphrase":false,"permissions":["account:read"],"provenAt":"2026-11-01T00:00:00.000Z"}}}'
    expect(decodeProfiles(text)).toEqual({ ok: true, value: { current: 'main', all: [MAIN] } })
    expect(JSON.parse(encodeProfiles({ current: 'main', all: [MAIN] }))).toEqual(JSON.parse(text))
  })

  test('accepts names of object properties as profile names', () => {
    const odd: Profiles = {
      current: null,
      all: [
        { ...MAIN, name: 'constructor' },
        { ...MAIN, name: 'tostring' },
      ],
    }
    expect(decodeProfiles(encodeProfiles(odd))).toEqual({ ok: true, value: odd })
  })

  test.each([
    ['[]', 'the top-level value is not an object'],
    ['{}', 'version is missing'],
    ['{"version":"1"}', 'version is not a number'],
    ['{"version":1,"current":null}', 'profiles is missing'],
    [encodeProfiles(BOTH).replace('"mainnet"', '"testnet"'), 'profiles.main.network has an unknown value'],
    [encodeProfiles(BOTH).replace('"keychain"', '"clear-text"'), 'profiles.main.store has an unknown value'],
    [
      encodeProfiles(BOTH).replace('"current": "home"', '"current": "away"'),
      'current is not the name of a profile',
    ],
  ])('names what is wrong without quoting it (%#)', (text, message) => {
    expect(decodeProfiles(text)).toEqual({ ok: false, fault: { where: 'profiles file', message } })
  })
})

describe('current profile', () => {
  test('is the first one, and stays current if others are added', () => {
    const one = withProfile({ current: null, all: [] }, MAIN)
    expect(one.current).toBe('main')
    expect(withProfile(one, HOME)).toEqual({ current: 'main', all: [MAIN, HOME] })
    expect(withProfile(one, { ...MAIN, store: 'vault' }).all).toEqual([{ ...MAIN, store: 'vault' }])
  })

  test('becomes the only remaining one, or null if several remain', () => {
    expect(withoutProfile(BOTH, 'home')).toEqual({ current: 'main', all: [MAIN] })
    const three: Profiles = { current: 'home', all: [MAIN, HOME, { ...MAIN, name: 'test' }] }
    expect(withoutProfile(three, 'home').current).toBeNull()
    expect(withoutProfile(three, 'test').current).toBe('home')
  })
})
