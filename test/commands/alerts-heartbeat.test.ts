import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { ALERTS, CHANNELS, runWithStdin, withProfile } from '../support/alert-world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { fresh, NO_KEY, ownFile, storedIn } from '../support/login-world.ts'

const HEARTBEAT = ['alerts', 'heartbeat']
const URL = 'https://hc.example.org/canary-uuid-1234'
const ID = 'channel:heartbeat:lnmarkets:mainnet:main'

describe('axisor alerts heartbeat set', () => {
  test('prompts without echo, requests the URL once and stores it', async () => {
    const world = await withProfile({ terminal: true, typedKeys: `${URL}\r` })
    expect(await world.run(...HEARTBEAT, 'set')).toBe(0)
    expect(world.notifier.pings).toEqual([URL])
    expect(world.prompted()).toBe('The input is not shown.\nHeartbeat URL: \n')
    expect(world.err()).toBe(
      'The heartbeat of profile main is set. It has answered. It is sent while data is fresh and rules are evaluated.\n',
    )
    expect(world.secrets.keychain.texts.get(ID)).toBe(JSON.stringify({ v: 1, channel: URL }))
    expect(JSON.parse(world.file(CHANNELS) ?? '')).toEqual({ profiles: { main: { heartbeat: true } } })
  })

  test('stores nothing if the request fails, unless --no-test is given', async () => {
    const world = await withProfile()
    world.notifier.onPing = () => ({ kind: 'retry', why: `no route to ${URL}`, afterMs: null })
    expect(await runWithStdin(world, `\uFEFF${URL}\r\n`, ...HEARTBEAT, 'set', '--secret-stdin')).toBe(7)
    expect(world.err()).toMatch(
      /^axisor: the heartbeat failed: no route to •••\. Nothing was stored\. .*--no-test/,
    )
    expect([storedIn(world, 'keychain').length, world.file(CHANNELS)]).toEqual([1, null])
    const again = await withProfile({}, world)
    expect(await runWithStdin(again, URL, ...HEARTBEAT, 'set', '--secret-stdin', '--no-test')).toBe(0)
    expect(again.err()).toContain('It was not tested.')
    expect(again.secrets.keychain.texts.has(ID)).toBe(true)
  })

  test('tests no URL with a place for the user', async () => {
    const world = await withProfile()
    expect(await runWithStdin(world, `${URL}/{user}`, ...HEARTBEAT, 'set', '--secret-stdin')).toBe(0)
    expect(world.notifier.pings).toEqual([])
    expect(world.err()).toContain('It was not tested.')
  })

  test.each([
    ['http://hc.example.org/canary', 'the heartbeat URL is not an https:// address; http:// is allowed'],
    ['https://api.lnmarkets.com/canary', 'the heartbeat URL is an address of LN Markets'],
    [`${URL}\n${URL}`, 'the heartbeat URL contains a control character'],
    ['', 'the heartbeat URL is empty'],
  ])('rejects %j without repeating it', async (text, message) => {
    const world = await withProfile()
    expect(await runWithStdin(world, text, ...HEARTBEAT, 'set', '--secret-stdin')).toBe(2)
    expect(world.err()).toContain(message)
    expect(world.err()).not.toContain('canary')
    expect(world.notifier.pings).toEqual([])
  })

  test('leaves no secret behind if channels.json cannot be written', async () => {
    const world = await withProfile()
    world.files.writePrivate = async path => {
      throw new AxisorError('config', `cannot write ${path}: the disk is full`)
    }
    expect(await runWithStdin(world, URL, ...HEARTBEAT, 'set', '--secret-stdin')).toBe(2)
    expect(world.secrets.keychain.texts.has(ID)).toBe(false)
  })

  test('checks the URL in the environment if the key is there', async () => {
    const world = fresh({ env: { ...NO_KEY, AXISOR_CHANNEL_HEARTBEAT_SECRET: URL } })
    expect(await world.run(...HEARTBEAT, 'set')).toBe(0)
    expect(world.notifier.pings).toEqual([URL])
    const unset = openFakeWorld()
    expect(await unset.run(...HEARTBEAT, 'set')).toBe(4)
    expect(unset.err()).toContain('AXISOR_CHANNEL_HEARTBEAT_SECRET is not set')
  })
})

describe('axisor alerts heartbeat show and remove', () => {
  test('print where the URL is and how often it is requested, and remove both entries', async () => {
    const first = await withProfile({ files: { [ALERTS]: ownFile('{ "default": { "heartbeat": "5m" } }') } })
    expect(await runWithStdin(first, URL, ...HEARTBEAT, 'set', '--secret-stdin')).toBe(0)
    const world = await withProfile({ terminal: true }, first)
    expect(await world.run(...HEARTBEAT, 'show')).toBe(0)
    expect(world.out()).toBe('Heartbeat of profile main: URL in keychain, sent every 5m.\n')
    expect(await world.run(...HEARTBEAT, 'show', '--json')).toBe(0)
    expect(world.printed[1]).toBe(
      '{"profile":"main","isSet":true,"intervalMs":300000,"url":{"state":"present","store":"keychain","reason":null}}\n',
    )
    expect(await world.run(...HEARTBEAT, 'remove')).toBe(0)
    expect(world.err()).toBe('The heartbeat of profile main is removed.\n')
    expect([world.secrets.keychain.texts.has(ID), world.file(CHANNELS)?.includes('heartbeat')]).toEqual([
      false,
      false,
    ])
    expect(await world.run(...HEARTBEAT, 'show')).toBe(0)
    expect(world.printed[2]).toBe('No heartbeat of profile main. Set one with axisor alerts heartbeat set.\n')
  })

  test('report one that is lost, off, or in the environment', async () => {
    const lost = '{ "profiles": { "main": { "heartbeat": true } } }'
    const world = await withProfile({
      terminal: true,
      files: { [CHANNELS]: ownFile(lost), [ALERTS]: ownFile('{ "default": { "heartbeat": "never" } }') },
    })
    expect(await world.run(...HEARTBEAT, 'show')).toBe(0)
    expect(world.out()).toBe('Heartbeat of profile main: URL missing, never sent ("heartbeat": "never").\n')
    const fromEnv = fresh({ terminal: true, env: { AXISOR_CHANNEL_HEARTBEAT_SECRET: URL } })
    expect(await fromEnv.run(...HEARTBEAT, 'show')).toBe(0)
    expect(fromEnv.out()).toBe('Heartbeat of the key in the environment: URL in env, sent every 1m.\n')
    expect(await fromEnv.run(...HEARTBEAT, 'remove')).toBe(0)
    expect(fromEnv.err()).toContain('unset AXISOR_CHANNEL_HEARTBEAT_SECRET')
  })
})
