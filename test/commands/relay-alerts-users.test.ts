import { describe, expect, test } from 'vitest'
import { outboxNameOf } from '../../src/commands/alerts/outbox.ts'
import { sourceSettings } from '../../src/commands/source-settings.ts'
import type { DirectProfile, RelayProfile } from '../../src/domain/profile.ts'
import { encodeProfiles } from '../../src/wire/profiles-file.ts'
import { PHONE } from '../support/alert-commands.ts'
import { ALERTS, CHANNELS, TOPIC } from '../support/alert-world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { ownFile, PROFILES } from '../support/login-world.ts'
import { type Env, NO_KEY, openUsers, RELAY } from '../support/read-all-world.ts'

describe('a host over a relay that delivers', () => {
  const PHONE_OF = (section: string) => JSON.stringify({ profiles: { [section]: { channels: PHONE } } })

  test.each([
    ['leaves the account of its token to it', [], 'watching env; the relay relay.test delivers'],
    [
      'delivers those of another user, who alone has the channels there',
      ['--user', 'user-2'],
      'watching env/user-2; delivers to 1 channel',
    ],
  ] as const)('%s', async (_, argv, line) => {
    const { world } = openUsers({
      delivers: true,
      env: { AXISOR_CHANNEL_PHONE_SECRET: TOPIC },
      files: { [CHANNELS]: ownFile(PHONE_OF('env')) },
    })
    const running = await world.start('alerts', 'run', ...argv, ...RELAY)
    await world.clock.advance(5_000)
    expect(world.out()).toContain(line)
    expect(world.notifier.sent.length > 0).toBe(line.includes('delivers to'))
    world.signal('SIGTERM')
    await world.clock.advance(5_000)
    await running.ended()
  })
})

const PROFILE: RelayProfile = {
  name: 'desk',
  kind: 'relay',
  relayUrl: 'wss://relay.test',
  store: 'keychain',
  requirePassphrase: false,
  verifiedAt: 0,
}

const DIRECT: DirectProfile = {
  name: 'main',
  kind: 'direct',
  store: 'keychain',
  requirePassphrase: false,
  network: 'mainnet',
  addresses: null,
  permissions: null,
  verifiedAt: null,
  acceptedAt: null,
}

describe('a token of the environment', () => {
  const relay = { profile: PROFILE, relayUrl: PROFILE.relayUrl, relayUser: null }

  test('takes the place of a profile in the name of the outbox', async () => {
    const plain = openFakeWorld({ env: { ...NO_KEY, AXISOR_RELAY_TOKEN: undefined } })
    expect(await outboxNameOf(relay, plain)).toBe('desk')
    const token = openFakeWorld({ env: { ...NO_KEY, AXISOR_RELAY_TOKEN: `axr_${'1'.padEnd(43, '0')}` } })
    expect(await outboxNameOf(relay, token)).toMatch(/^env-/)
    expect(await outboxNameOf({ ...relay, relayUser: 'bob' }, token)).toMatch(/^env-/)
    // As a key does for a profile of the exchange.
    const direct = { profile: DIRECT, relayUrl: null, relayUser: null } as const
    expect(await outboxNameOf(direct, plain)).toBe('main')
    expect(await outboxNameOf(direct, openFakeWorld())).toMatch(/^env-/)
    expect(await outboxNameOf({ ...direct, profile: { ...DIRECT, store: 'env' } }, openFakeWorld())).toBe(
      'main',
    )
  })

  test('selects the rules that a snooze may name, as it does for the host', async () => {
    const { world } = openUsers({
      env: { AXISOR_PROFILE: 'desk' },
      files: {
        [PROFILES]: ownFile(encodeProfiles({ current: null, all: [PROFILE] })),
        [ALERTS]: ownFile(
          JSON.stringify({
            profiles: { env: { rules: [{ rule: 'funding', name: 'mine', rateAbove: '0.05%' }] } },
          }),
        ),
      },
    })
    expect(await world.run('alerts', 'snooze', '1h', 'mine')).toBe(0)
    expect(world.out()).toContain('rule mine snoozed')
  })
})

test('spellings of the URL of a relay name one outbox', async () => {
  const env = { ...NO_KEY, AXISOR_RELAY_TOKEN: `axr_${'1'.padEnd(43, '0')}` }
  const nameOf = (relayUrl: string, relayUser: string | null) =>
    outboxNameOf({ profile: null, relayUrl, relayUser }, openFakeWorld({ env }))
  for (const user of [null, 'bob']) {
    const urls = ['wss://relay.test/a', 'https://relay.test/a', 'wss://RELAY.test:443/a/']
    expect(new Set(await Promise.all(urls.map(url => nameOf(url, user)))).size).toBe(1)
    expect(await nameOf('wss://relay.test/b', user)).not.toBe(await nameOf('wss://relay.test/a', user))
  }
})

test('the outboxes of two accounts have two names', async () => {
  const token = (n: number) => ({ AXISOR_RELAY_TOKEN: `axr_${String(n).padEnd(43, '0')}` })
  const nameOf = async (env: Env, flags: Readonly<Record<string, string>>) => {
    const world = openFakeWorld({ env: { ...NO_KEY, ...env } })
    return outboxNameOf(await sourceSettings(flags, world), world)
  }
  const relayUrl = 'wss://relay.test'
  const names = await Promise.all([
    nameOf(token(1), { relayUrl }),
    nameOf(token(2), { relayUrl }),
    nameOf(token(1), { relayUrl, relayUser: 'ann' }),
    nameOf(token(1), { relayUrl, relayUser: 'bob' }),
    nameOf(token(1), { relayUrl: 'wss://other.test', relayUser: 'bob' }),
  ])
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^env-\w{16}$/)
  // A new token for the same user goes on with the same outbox.
  expect(await nameOf(token(2), { relayUrl, relayUser: 'bob' })).toBe(names[3])
})
