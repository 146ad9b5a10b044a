import { describe, expect, test } from 'vitest'
import type { Profiles } from '../../../src/domain/profile.ts'
import { withoutProfile, withProfile } from '../../../src/domain/profile.ts'
import { decodeProfiles, encodeProfiles } from '../../../src/wire/profiles-file.ts'

const MAIN = {
  name: 'main',
  kind: 'direct',
  network: 'mainnet',
  addresses: null,
  store: 'keychain',
  requirePassphrase: false,
  permissions: ['account:read'],
  provenAt: Date.UTC(2026, 10, 1),
} as const
const HOME = {
  name: 'home',
  kind: 'relay',
  relayUrl: 'wss://relay.home',
  store: 'vault',
  requirePassphrase: true,
  provenAt: Date.UTC(2026, 10, 2),
} as const

const BOTH: Profiles = { current: 'home', all: [MAIN, HOME] }

describe('the profiles file', () => {
  test('reads back as it was written', () => {
    expect(decodeProfiles(encodeProfiles(BOTH))).toEqual({ ok: true, value: BOTH })
  })

  test('names like those of every object are only names', () => {
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
    ['[]', 'the whole is not an object'],
    ['{}', 'version is missing'],
    ['{"version":"1"}', 'version is not a number'],
    ['{"version":1,"current":null}', 'profiles is missing'],
    [encodeProfiles(BOTH).replace('"mainnet"', '"testnet"'), 'profiles.main.network has an unknown value'],
    [encodeProfiles(BOTH).replace('"keychain"', '"clear-text"'), 'profiles.main.store has an unknown value'],
    [encodeProfiles(BOTH).replace('"current": "home"', '"current": "away"'), 'current names no profile'],
  ])('what is wrong with it is named, and not quoted (%#)', (text, message) => {
    expect(decodeProfiles(text)).toEqual({ ok: false, fault: { where: 'profiles file', message } })
  })
})

describe('the current profile', () => {
  test('is the first one, and stays when others come', () => {
    const one = withProfile({ current: null, all: [] }, MAIN)
    expect(one.current).toBe('main')
    expect(withProfile(one, HOME)).toEqual({ current: 'main', all: [MAIN, HOME] })
    expect(withProfile(one, { ...MAIN, store: 'vault' }).all).toEqual([{ ...MAIN, store: 'vault' }])
  })

  test('goes over to the only one that is left, and to none of several', () => {
    expect(withoutProfile(BOTH, 'home')).toEqual({ current: 'main', all: [MAIN] })
    const three: Profiles = { current: 'home', all: [MAIN, HOME, { ...MAIN, name: 'test' }] }
    expect(withoutProfile(three, 'home').current).toBeNull()
    expect(withoutProfile(three, 'test').current).toBe('home')
  })
})
