import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import {
  ALERTS,
  CHANNELS,
  channelsIn,
  relogin,
  runWithStdin,
  TOPIC,
  withPhone,
  withProfile,
} from '../support/alert-world.ts'
import { fresh, ownFile, profileNamed, storedIn, unusable } from '../support/login-world.ts'

const PHONE_ID = 'channel:phone:lnmarkets:mainnet:main'

const LIST = ['alerts', 'channel', 'list']

describe('axisor alerts channel list', () => {
  test('shows settings and where each secret is, and never a secret', async () => {
    const others = `{ "profiles": { "main": { "channels": {
      "phone": { "type": "ntfy" },
      "bot": { "type": "telegram", "chatId": "5" },
      "hook": { "type": "slack" },
      "mail": { "type": "smtp", "host": "h", "user": "me", "from": "a@b.org", "to": "c@d.org" },
      "siren": { "type": "command", "argv": ["play", "a.wav"] },
      "osc": { "type": "osc", "variant": 99 } } } } }`
    const options = {
      terminal: 160,
      files: { [CHANNELS]: ownFile(others) },
      env: { AXISOR_CHANNEL_BOT_SECRET: '1:canary-bot', AXISOR_CHANNEL_HOOK_SECRET_FILE: '/none' },
    }
    const world = await withProfile(options, await withPhone())
    expect(await world.run(...LIST)).toBe(0)
    expect(world.out().replaceAll(/ {2,}/g, ' | ')).toBe(`NAME | TYPE | SECRET IN | SETTINGS
phone | ntfy | keychain | -
bot | telegram | env | chat 5
hook | slack | keychain, not checked: AXISOR_CHANNEL_HOOK_SECRET_FILE: no such file: /none | -
mail | smtp | missing | a@b.org to c@d.org by h:465 (tls, me)
siren | command | - | play a.wav
osc | osc | - | OSC 99
`)
  })

  test('prints the same as JSON', async () => {
    const world = await withPhone()
    expect(await world.run(...LIST)).toBe(0)
    expect(JSON.parse(world.out())).toEqual({
      profile: 'main',
      channels: [
        {
          name: 'phone',
          settings: { type: 'ntfy' },
          secret: { state: 'present', store: 'keychain', reason: null },
        },
      ],
    })
  })

  test('neither prompts nor fails if the store is locked', async () => {
    const world = await withPhone({ terminal: true, typedKeys: 'x\r' })
    world.secrets.keychain.become(unusable('the keyring is locked'))
    expect(await world.run(...LIST, '--json')).toBe(0)
    expect(world.out()).toContain('{"state":"unknown","store":"keychain","reason":"the keyring is locked"}')
    expect(world.prompted()).toBe('')
  })

  test('names the first step without channels', async () => {
    const world = await withProfile({ terminal: true })
    expect(await world.run(...LIST)).toBe(0)
    expect(world.out()).toBe('No channels of profile main. Add one with axisor alerts channel add.\n')
    const without = fresh({ terminal: true })
    expect(await without.run(...LIST)).toBe(0)
    expect(without.out()).toContain('No channels of the key in the environment.')
  })
})

describe('axisor alerts channel remove', () => {
  const REMOVE = ['alerts', 'channel', 'remove']

  test('removes the secret and the settings', async () => {
    const world = await withPhone()
    expect(await world.run(...REMOVE, 'phone')).toBe(0)
    expect(world.err()).toBe('Channel phone of profile main is removed.\n')
    expect([channelsIn(world), world.secrets.keychain.texts.has(PHONE_ID)]).toEqual([{}, false])
    expect(storedIn(world, 'keychain')).toHaveLength(1)
  })

  test('reports what still refers to it', async () => {
    const rules = '{ "default": { "rules": [{ "rule": "key", "channels": ["phone"] }] } }'
    const world = await withPhone({
      files: { [ALERTS]: ownFile(rules) },
      env: { AXISOR_CHANNEL_PHONE_SECRET: TOPIC },
    })
    expect(await world.run(...REMOVE, 'phone')).toBe(0)
    expect(world.err()).toMatch(
      /^Channel phone of profile main is removed\.\nIts secret is also in the environment: unset AXISOR_CHANNEL_PHONE_SECRET\.\nalerts\.json:1:\d+: unknown channel "phone"; .*\naxisor: 1 mistake in .*alerts\.json\. Correct the file/,
    )
  })

  test('rejects an unknown name with the closest one', async () => {
    const world = await withPhone()
    expect(await world.run(...REMOVE, 'phon')).toBe(2)
    expect(world.err()).toBe('axisor: profile main has no channel phon. Did you mean phone?\n')
    const empty = await withProfile()
    expect(await empty.run(...REMOVE, 'phone')).toBe(2)
    expect(empty.err()).toContain('Add one with axisor alerts channel add.')
  })

  test('keeps the settings if the store cannot be used', async () => {
    const world = await withPhone()
    world.secrets.keychain.become(unusable('the keyring is locked'))
    expect(await world.run(...REMOVE, 'phone')).toBe(4)
    expect(channelsIn(world)).toEqual({ phone: { type: 'ntfy' } })
  })
})

describe('the secrets of channels', () => {
  test('are deleted by a logout, from every store', async () => {
    const world = await withPhone()
    world.secrets.vault.texts.set(PHONE_ID, 'a copy')
    expect(
      await runWithStdin(world, 'https://hc.example.org/x', 'alerts', 'heartbeat', 'set', '--secret-stdin'),
    ).toBe(0)
    const later = await withProfile({}, world)
    expect(await later.run('logout', '--all', '--json')).toBe(0)
    expect(later.err()).toBe('Profile main is removed: deleted from the keychain, with 3 of its channels.\n')
    expect(JSON.parse(later.out()).profiles).toMatchObject([{ channelSecrets: 3, channelsError: null }])
    expect([...storedIn(later, 'keychain'), ...storedIn(later, 'vault')]).toEqual([])
    expect(later.file(CHANNELS)).not.toContain('phone')
  })

  test('keep the profile if channels.json has mistakes, so that logout can be run again', async () => {
    const world = await withPhone({ files: { [CHANNELS]: ownFile('{ "x": 1 }') } })
    expect(await world.run('logout')).toBe(4)
    expect(world.err()).toMatch(
      /^Profile main stays: secrets of its channels could not be deleted\.\n {2}Correct channels\.json \(1 mistake in .*\), then run axisor logout --profile main again\.\n$/,
    )
    expect(storedIn(world, 'keychain').map(([id]) => id)).toEqual([PHONE_ID])
    expect(profileNamed(world, 'main')).toBeDefined()
  })

  test('move with the profile to another store', async () => {
    const world = await withPhone({ descriptors: { 3: 'correct horse battery' } })
    expect(await world.run('login', '--move-to', 'vault', '--passphrase-fd', '3')).toBe(0)
    expect(storedIn(world, 'keychain')).toEqual([])
    expect(world.secrets.vault.texts.get(PHONE_ID)).toContain(TOPIC)
    const later = await withProfile({}, world)
    expect(await later.run('alerts', 'test', '--json')).toBe(0)
    expect(later.notifier.sent[0]?.channel.secret?.reveal()).toBe(TOPIC)
  })

  test('stay where they are if they cannot be moved, and a message names them', async () => {
    const world = await withPhone()
    const { write } = world.secrets.vault
    world.secrets.vault.write = async (id, text) => {
      if (id.channel !== undefined) throw new AxisorError('config', 'the disk is full')
      await write(id, text)
    }
    expect(await world.run('login', '--move-to', 'vault', '--passphrase-fd', '3')).toBe(0)
    expect(world.err()).toContain(
      'Secrets of channels may still be in the keychain: the disk is full. Add the channels again with axisor alerts channel add.\n',
    )
    expect(storedIn(world, 'keychain').map(([id]) => id)).toEqual([PHONE_ID])
  })

  test('are not lost when the key moves to the environment', async () => {
    const world = await withPhone()
    const [key, secret, passphrase] = ['AXISOR_API_KEY', 'AXISOR_API_SECRET', 'AXISOR_API_PASSPHRASE']
    const { credentials } = world.exchange
    const env = {
      [key]: credentials.key,
      [secret]: credentials.secret,
      [passphrase]: credentials.passphrase,
    }
    const later = await withProfile({ env }, world)
    expect(await relogin(later, '--credential-store', 'env')).toBe(0)
    expect(later.err()).toContain(
      'The secrets of phone may still be in the keychain: the environment is read-only.',
    )
    expect(later.secrets.keychain.texts.get(PHONE_ID)).toContain(TOPIC)
  })
})
