import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import {
  ALERTS,
  CHANNELS,
  channelsIn,
  runWithStdin,
  TOPIC,
  withPhone,
  withProfile,
} from '../support/alert-world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { fresh, NO_KEY, ownFile, storedIn, unusable } from '../support/login-world.ts'

const ADD = ['alerts', 'channel', 'add']
const PHONE_ID = 'channel:phone:lnmarkets:mainnet:main'

describe('a channel that is added again', () => {
  const OTHER = 'https://ntfy.example.org/other-topic-88'

  test('replaces its secret and keeps the rest of the file', async () => {
    const before = await withPhone()
    const commented = `// mine\n${before.file(CHANNELS)}`
    const world = await withProfile({ files: { [CHANNELS]: ownFile(commented) } }, before)
    expect(await runWithStdin(world, OTHER, ...ADD, 'ntfy', 'phone', '--secret-stdin')).toBe(0)
    expect(world.err()).toContain('is replaced')
    expect(world.secrets.keychain.texts.get(PHONE_ID)).toContain(OTHER)
    expect(world.file(CHANNELS)).toMatch(/^\/\/ mine\n/)
  })

  test('keeps its previous secret if the file cannot be written', async () => {
    const world = await withPhone()
    const before = [storedIn(world, 'keychain'), world.file(CHANNELS)]
    world.files.writePrivate = async path => {
      throw new AxisorError('config', `cannot write ${path}: the disk is full`, {
        hint: 'Nothing was changed.',
      })
    }
    expect(await runWithStdin(world, OTHER, ...ADD, 'slack', 'phone', '--secret-stdin')).toBe(2)
    expect(world.err()).toContain('the disk is full. Nothing was changed.')
    expect([storedIn(world, 'keychain'), world.file(CHANNELS)]).toEqual(before)
  })

  test('leaves no secret behind if the file of a new one cannot be written', async () => {
    const world = await withProfile()
    const before = storedIn(world, 'keychain')
    world.files.writePrivate = async path => {
      throw new AxisorError('config', `cannot write ${path}: the disk is full`)
    }
    expect(await runWithStdin(world, TOPIC, ...ADD, 'ntfy', '--secret-stdin')).toBe(2)
    expect(storedIn(world, 'keychain')).toEqual(before)
  })

  test('keeps its settings if the store fails, and names a store that returns another text', async () => {
    const world = await withPhone()
    const before = [storedIn(world, 'keychain'), world.file(CHANNELS)]
    const { write } = world.secrets.keychain
    world.secrets.keychain.write = async (id, text) => {
      world.secrets.keychain.write = write
      await write(id, text.slice(0, 5))
    }
    expect(await runWithStdin(world, OTHER, ...ADD, 'slack', 'phone', '--secret-stdin')).toBe(4)
    expect(world.err()).toMatch(
      /the keychain did not return what was stored in it\. Move the profile to another/,
    )
    expect([storedIn(world, 'keychain'), world.file(CHANNELS)]).toEqual(before)
    world.secrets.keychain.become(unusable('the keyring is locked'))
    expect(await runWithStdin(await withPhone(), OTHER, ...ADD, 'ntfy', 'phone', '--secret-stdin')).toBe(0)
  })
})

describe('a channel whose secret is in the environment', () => {
  test('is added without a profile, and stores settings only', async () => {
    const world = fresh({ env: { ...NO_KEY, AXISOR_CHANNEL_PHONE_SECRET: `${TOPIC}\n` } })
    expect(await world.run(...ADD, 'ntfy', 'phone')).toBe(0)
    expect(world.err()).toBe(
      'Channel phone (ntfy) of the key in the environment is added. Its secret stays in the environment. It has accepted a test.\n',
    )
    expect(world.notifier.sent[0]?.channel.secret?.reveal()).toBe(TOPIC)
    expect(channelsIn(world, 'env')).toEqual({ phone: { type: 'ntfy' } })
    expect([...storedIn(world, 'keychain'), ...storedIn(world, 'vault')]).toEqual([])
  })

  test.each([
    ['channel add', 'phone', ['alerts', 'channel', 'add', 'ntfy', 'phone'], 'PHONE'],
    ['heartbeat set', 'heartbeat', ['alerts', 'heartbeat', 'set'], 'HEARTBEAT'],
  ])(
    'asks for a login first if there is neither a profile nor a key: %s',
    async (_, name, argv, variable) => {
      const world = fresh()
      expect(await world.run(...argv)).toBe(4)
      expect(world.err()).toBe(
        `axisor: no profile can store the secret of ${name}. Run axisor login first. For a key in the environment, set AXISOR_CHANNEL_${variable}_SECRET or AXISOR_CHANNEL_${variable}_SECRET_FILE.\n`,
      )
      expect(world.file(CHANNELS)).toBe(null)
    },
  )

  test('names the variable that is not set, or whose value is wrong', async () => {
    const world = openFakeWorld()
    expect(await world.run(...ADD, 'ntfy', 'my-phone')).toBe(4)
    expect(world.err()).toMatch(
      /AXISOR_CHANNEL_MY_PHONE_SECRET is not set\. Set it or AXISOR_CHANNEL_MY_PHONE_SECRET_FILE/,
    )
    const wrong = fresh({ env: { AXISOR_CHANNEL_NTFY_SECRET: 'canary' } })
    expect(await wrong.run(...ADD, 'ntfy')).toBe(4)
    expect(wrong.err()).toContain('AXISOR_CHANNEL_NTFY_SECRET: the topic URL is not an https:// address.')
    expect(wrong.err()).not.toContain('canary')
  })

  test('takes precedence over the stored one, and a message names the variable', async () => {
    const world = await withProfile({ env: { AXISOR_CHANNEL_PHONE_SECRET: 'https://ntfy.example.org/env' } })
    expect(await runWithStdin(world, TOPIC, ...ADD, 'ntfy', 'phone', '--secret-stdin')).toBe(0)
    expect(world.err()).toContain(
      'The environment also has a secret for it, which takes precedence. Unset AXISOR_CHANNEL_PHONE_SECRET.\n',
    )
  })
})

test('a channel that rules name can be added in any order', async () => {
  const rules = '{ "default": { "rules": [{ "rule": "key", "channels": ["ntfy"] }] } }'
  const world = await withProfile({ files: { [ALERTS]: ownFile(rules) } })
  expect(await world.run('alerts', 'rules', 'check')).toBe(2)
  expect(await runWithStdin(world, TOPIC, ...ADD, 'ntfy', '--secret-stdin')).toBe(0)
  expect(await world.run('alerts', 'rules', 'check')).toBe(0)
})
