import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { channelsFile, openAlertWorld, PHONE, runBeside, sentNotices } from '../support/alert-commands.ts'
import { ALERTS, CHANNELS, TOPIC, withPhone, withProfile } from '../support/alert-world.ts'
import type { FakeWorld, FakeWorldOptions } from '../support/fake-world.ts'
import { unusable } from '../support/login-world.ts'
import '../support/loaded-watch.ts'

/** A change is loaded within this time. */
const NOTICED_MS = 5_000

const HOOK = 'AXISOR_CHANNEL_HOOK_SECRET'

async function hosted(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = openAlertWorld(options)
  await world.start('alerts', 'run')
  await world.clock.advance(2_000)
  return world
}

/** Messages of the alerts about delivery that fire. */
async function problems(world: FakeWorld): Promise<readonly string[]> {
  const { alerts } = JSON.parse((await runBeside(world, 'alerts', 'list', '--json')).out)
  return (alerts as readonly { kind: string; message: string }[])
    .filter(({ kind }) => kind === 'delivery')
    .map(({ message }) => message)
}

/** The keychain of a world, which needs a passphrase to be read. */
function lockedStore({ secrets: { keychain } }: FakeWorld): NonNullable<FakeWorldOptions['openSecrets']> {
  let opened: unknown = null
  return async (_kind, { passphrase }) => ({
    ...keychain,
    async read(id) {
      if (opened === null || opened !== passphrase) {
        const text = await passphrase?.ask({ purpose: 'open', attempt: 1 })
        if (text !== 'correct horse battery') throw new AxisorError('no-credentials', 'wrong passphrase')
      }
      opened = passphrase
      return keychain.read(id)
    },
  })
}

/** Counts the secrets that are read from the keychain from now on. */
function countReads({ secrets: { keychain } }: FakeWorld): () => number {
  const { read } = keychain
  let count = 0
  keychain.read = id => {
    count += 1
    return read(id)
  }
  return () => count
}

/** Adds a channel to those of the profile main. */
async function addHook(world: FakeWorld): Promise<void> {
  const file = JSON.parse(world.file(CHANNELS) ?? '')
  file.profiles.main.channels.hook = { type: 'slack' }
  await world.files.writePrivate(CHANNELS, JSON.stringify(file))
}

describe('a running host', () => {
  test('evaluates the rules of a changed alerts.json within 5 s', async () => {
    const world = await hosted()
    const rule = '{ "rule": "price", "name": "high", "above": 1000, "level": "info" }'
    await world.files.writePrivate(ALERTS, `{ "default": { "rules": [${rule}] } }`)
    await world.clock.advance(NOTICED_MS)
    expect(sentNotices(world)).toContain('firing info')
    expect(world.out()).toMatch(/Z changed settings were loaded \(rules: \d+, channels: 1\)\n/)
    await world.files.remove(ALERTS)
    await world.clock.advance(NOTICED_MS)
    const { alerts } = JSON.parse((await runBeside(world, 'alerts', 'list')).out)
    expect((alerts as readonly { rule: string }[]).map(({ rule }) => rule)).not.toContain('high')
  })

  test('delivers to a channel that was added, and no longer to one that was removed', async () => {
    const world = await hosted({ env: { [HOOK]: 'https://hooks.example.org/1' } })
    await world.files.writePrivate(CHANNELS, channelsFile({ hook: { type: 'slack' } }))
    await world.clock.advance(NOTICED_MS)
    const before = world.notifier.sent.length
    world.exchange.control(JSON.stringify({ do: 'price', usd: 66_000 }))
    await world.clock.advance(3_000)
    const channels = world.notifier.sent.slice(before).map(({ channel }) => channel.name)
    expect(new Set(channels)).toEqual(new Set(['hook']))
  })

  test('keeps the earlier settings while a file has a mistake, and reports the first', async () => {
    const world = await hosted()
    await world.files.writePrivate(
      ALERTS,
      '{ "default": { "rules": [{ "rule": "liquidation", "bands": { "warn": "120%" } }, 5] } }',
    )
    await world.clock.advance(NOTICED_MS + 1_000)
    const [problem, ...others] = await problems(world)
    expect(others).toEqual([])
    expect(problem).toMatch(/^alerts\.json:1:\d+: .*120%.*; the earlier settings apply$/)
    expect(sentNotices(world)).toContain('firing warn')
    expect(world.out()).toContain('Z changed settings were not loaded: alerts.json:1:')
    await world.files.writePrivate(ALERTS, '{}')
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(await problems(world)).toEqual([])
    expect(sentNotices(world)).toContain('resolved warn')
  })

  test('reports one mistake of each file, until that file is corrected', async () => {
    const world = await hosted()
    const channels = world.file(CHANNELS) ?? ''
    const [rulesMistake, channelsMistake] = [
      /^alerts\.json:1:\d+: .*; the earlier/,
      /^channels\.json:1:\d+: .*; the earlier/,
    ]
    const change = async (file: string, text: string) => {
      await world.files.writePrivate(file, text)
      await world.clock.advance(NOTICED_MS + 1_000)
      return (await problems(world)).toSorted()
    }
    const both = [expect.stringMatching(rulesMistake), expect.stringMatching(channelsMistake)]
    expect(await change(ALERTS, '{ "default": 5 }')).toEqual([both[0]])
    expect(await change(CHANNELS, '{ "profiles": 5 }')).toEqual(both)
    expect(await change(ALERTS, '{ "default": 6 }')).toEqual(both)
    expect(await change(ALERTS, '{}')).toEqual([both[1]])
    expect(await change(ALERTS, '{ "default": 5 }')).toEqual(both)
    expect(await change(CHANNELS, channels)).toEqual([both[0]])
    expect(await change(ALERTS, '{}')).toEqual([])
  })

  test('reports a mistake of channels.json, and goes on with the earlier channels', async () => {
    const world = await hosted()
    await world.files.writePrivate(
      CHANNELS,
      '{ "profiles": { "env": { "channels": { "phone": { "type": "fax" } } } } }',
    )
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(await problems(world)).toEqual([
      expect.stringMatching(/^channels\.json:1:\d+: .*fax.*; the earlier settings apply$/),
    ])
    const texts = world.notifier.sent.map(({ message }) => message.text)
    expect(texts.some(text => text.startsWith('SIMULATED channels.json:1:'))).toBe(true)
  })

  test('prints what delivers again once that has changed', async () => {
    const world = await hosted()
    await world.files.writePrivate(CHANNELS, channelsFile({}))
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(world.out().match(/watching .*/g)).toEqual([
      'watching env; delivers to 1 channel',
      'watching env; no channel is configured: add one with axisor alerts channel add',
    ])
  })

  test('loads nothing before two reads of a file agree', async () => {
    const world = await hosted()
    // An editor that empties the file first.
    await world.files.writePrivate(CHANNELS, '')
    await world.clock.advance(2_000)
    await world.files.writePrivate(CHANNELS, channelsFile(PHONE))
    await world.clock.advance(10_000)
    expect(world.out()).not.toContain('changed settings')
  })

  test('reports a channel without a secret until it has one', async () => {
    const world = await hosted()
    await world.files.writePrivate(CHANNELS, channelsFile({ ...PHONE, hook: { type: 'slack' } }))
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(await problems(world)).toEqual([
      'channel hook: its secret is missing: AXISOR_CHANNEL_HOOK_SECRET is not set',
    ])
    await world.files.writePrivate(CHANNELS, channelsFile(PHONE))
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(await problems(world)).toEqual([])
  })

  test('reads secrets again only if channels.json has changed', async () => {
    const world = await withPhone()
    await world.start('alerts', 'run')
    await world.clock.advance(2_000)
    const reads = countReads(world)
    await world.files.writePrivate(ALERTS, '{}')
    await world.clock.advance(60_000)
    expect(world.out()).toContain('changed settings were loaded')
    expect(reads()).toBe(0)
    await world.files.writePrivate(CHANNELS, `${world.file(CHANNELS)}\n`)
    await world.clock.advance(NOTICED_MS)
    expect(reads()).toBe(1)
  })

  test('keeps the secret of a channel that can not be read again', async () => {
    const world = await withPhone()
    await world.start('alerts', 'run')
    await world.clock.advance(2_000)
    world.secrets.keychain.become(unusable())
    await addHook(world)
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(await problems(world)).toEqual(['channel hook: there is no keyring on this machine'])
    expect(world.notifier.sent.at(-1)?.channel.secret?.reveal()).toBe(TOPIC)
  })

  test('never prompts, and says that a restart is needed for the passphrase of a vault', async () => {
    const plain = await withPhone()
    const world = await withProfile(
      { terminal: true, typedKeys: 'correct horse battery\r', openSecrets: lockedStore(plain) },
      plain,
    )
    const running = await world.start('watch', '--plain')
    await world.clock.advance(3_000)
    const prompted = world.prompted()
    expect(prompted).toContain('assphrase')
    await addHook(world)
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(world.prompted()).toBe(prompted)
    expect(await problems(world)).toEqual([
      'channel hook: restart axisor to enter the passphrase of the vault',
    ])
    expect(world.notifier.sent.at(-1)?.channel.secret?.reveal()).toBe(TOPIC)
    world.signal('SIGTERM')
    await running.ended()
    expect(world.err()).toBe('')
  })

  test('uses a passphrase that needs no prompt again', async () => {
    const plain = await withPhone()
    const openSecrets = lockedStore(plain)
    const world = await withProfile({ openSecrets, descriptors: { 3: 'correct horse battery' } }, plain)
    const id = [...plain.secrets.keychain.texts].find(([name]) => name.startsWith('channel:phone:'))
    plain.secrets.keychain.texts.set((id?.[0] ?? '').replace('phone', 'hook'), id?.[1] ?? '')
    const { readDescriptor } = world.files
    // A pipe can be read once.
    world.files.readDescriptor = number => {
      world.files.readDescriptor = async () => ''
      return readDescriptor(number)
    }
    await world.start('alerts', 'run', '--passphrase-fd', '3')
    await world.clock.advance(3_000)
    await addHook(world)
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(world.out()).toMatch(/changed settings were loaded \(rules: \d+, channels: 2\)\n/)
  })
})

describe('the dashboard', () => {
  test('stays as it is while settings are loaded again', async () => {
    const world = await withPhone({ terminal: 120 })
    const running = await world.start('watch')
    await world.clock.advance(3_000)
    await addHook(world)
    await world.clock.advance(NOTICED_MS + 1_000)
    expect(world.out()).toContain('channel hook: its secret is missing from the keychain')
    expect([world.prompted(), world.err(), running.code()]).toEqual(['', '', null])
    world.signal('SIGTERM')
    await running.ended()
    expect(world.listeners()).toBe(0)
  })
})
