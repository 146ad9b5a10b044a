import { describe, expect, test } from 'vitest'
import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { readMasterKeys } from '../../src/relay/auth/master-keys.ts'
import { openAlertSettings } from '../../src/relay/auth/sealed-alert-settings.ts'
import { decodeRelayAlertSettings } from '../../src/wire/relay/alert-settings.ts'
import type { FakeWorld, FakeWorldOptions } from '../support/fake-world.ts'
import { ownFile } from '../support/login-world.ts'
import { KEY_FILE, withUsers } from '../support/relay-users.ts'

const TOPIC = 'https://ntfy.example/canary-topic-7f3a'

/** Runs a command with a text on stdin; once per world. */
async function withText(world: FakeWorld, text: string, ...argv: string[]) {
  const running = await world.start('relay', 'alerts', ...argv)
  ;(world.terminal.stdin as unknown as NodeJS.WritableStream).end(text)
  return running.ended()
}

/** A world in which alice has the channel phone. */
async function withPhone(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = await withUsers(options)
  const code = await withText(world, TOPIC, 'channel', 'add', 'alice', 'ntfy', 'phone', '--secret-stdin')
  expect([code, world.err()]).toEqual([
    0,
    'Channel phone (ntfy) of alice is stored encrypted. It has accepted a test.\n',
  ])
  return world
}

/** The settings as a relay opens them. */
async function settingsOf(world: FakeWorld, user: string) {
  const keys = readMasterKeys(world.file(KEY_FILE) ?? '', world.crypto)
  const sealed = await world.relayStore.alertSettings(`u-${user}`)
  if (keys === null || sealed === null) return null
  const decoded = decodeRelayAlertSettings(openAlertSettings(world.crypto, keys, sealed))
  return decoded.ok ? decoded.value : null
}

describe('axisor relay alerts channel add', () => {
  test('tests the channel from the relay, and stores it sealed', async () => {
    const world = await withPhone()
    expect(world.notifier.opened).toEqual([
      {
        allowPrivateAddresses: false,
        allowLocalChannels: false,
        refusedHosts: ['*.lnmarkets.com'],
        proxies: NO_PROXY_RULES,
      },
    ])
    expect(world.notifier.sent.map(({ message }) => message.event)).toEqual(['test'])
    const settings = await settingsOf(world, 'alice')
    expect(settings?.channels.map(({ name, secret }) => [name, secret?.reveal()])).toEqual([['phone', TOPIC]])
    expect(JSON.stringify(await world.relayStore.alertSettings('u-alice'))).not.toContain('canary')
    expect(world.out() + world.err()).not.toContain('canary')
    expect(world.listeners()).toBe(0)
  })

  test('stores nothing if the test fails, and redacts the words of the service', async () => {
    const world = await withUsers()
    world.notifier.onSend = channel => ({ kind: 'failed', why: `no topic ${channel.secret?.reveal()}` })
    expect(await withText(world, TOPIC, 'channel', 'add', 'alice', 'ntfy', '--secret-stdin')).toBe(7)
    expect(world.err()).toContain('the test of channel ntfy (ntfy) failed: no topic')
    expect(world.err()).not.toContain('canary')
    expect(await world.relayStore.alertSettings('u-alice')).toBeNull()
  })

  test.each([
    [['bell'], /bell is for a user's own machine: a relay runs no program and has no desktop or terminal/],
    [['command'], /command is for a user's own machine/],
    [['desktop'], /desktop is for a user's own machine/],
    [['osc'], /osc is for a user's own machine/],
    [['pigeon'], /unknown type pigeon/],
  ])('refuses %j with the reason', async (type, reason) => {
    const world = await withUsers()
    expect(await world.run('relay', 'alerts', 'channel', 'add', 'alice', ...type)).toBe(2)
    expect(world.err()).toMatch(reason)
  })

  test('refuses a private address, unless it is allowed', async () => {
    const argv = ['channel', 'add', 'alice', 'ntfy', '--secret-stdin'] as const
    const refusing = await withUsers()
    expect(await withText(refusing, 'http://192.168.1.2/canary', ...argv)).toBe(2)
    expect(refusing.err()).toContain(
      'a relay reaches private addresses only if axisor relay serve has --allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1',
    )
    expect(refusing.notifier.sent).toEqual([])
    const allowing = await withUsers()
    expect(await withText(allowing, 'http://192.168.1.2/canary', ...argv, '--allow-private-channels')).toBe(0)
    expect(allowing.err()).toContain(
      'It has accepted a test. If its address is private, the relay sends there only if axisor relay serve has --allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1 too.',
    )
    expect(allowing.notifier.opened[0]).toMatchObject({ allowPrivateAddresses: true })
  })
})

describe('axisor relay alerts', () => {
  test('rules set reads /dev/stdin as the inherited descriptor, which another user could not open', async () => {
    const rules = '{ "rules": [{ "rule": "price", "above": 150000 }] }'
    const world = await withPhone({ descriptors: { 0: rules } })
    expect(await world.run('relay', 'alerts', 'rules', 'set', 'alice', '--file', '/dev/stdin')).toBe(0)
    expect((await settingsOf(world, 'alice'))?.rules).toBe(rules)
  })

  test('rules set stores the section with its comments, and lists mistakes', async () => {
    const rules = '{ // mine\n "rules": [{ "rule": "price", "above": 150000, "channels": ["phone"] }] }'
    const world = await withPhone({
      files: {
        '/rules.json': ownFile(rules),
        '/wrong.json': ownFile('{ "rules": [{ "rule": "prise" }] }'),
        '/local.json': ownFile('{ "quiet": "23:00-07:00 local" }'),
      },
    })
    expect(await world.run('relay', 'alerts', 'rules', 'set', 'alice', '--file', '/rules.json')).toBe(0)
    expect((await settingsOf(world, 'alice'))?.rules).toBe(rules)
    expect(await world.run('relay', 'alerts', 'rules', 'set', 'alice', '--file', '/wrong.json')).toBe(2)
    expect(world.err()).toMatch(/rules:1:23: unknown rule "prise"; did you mean price/)
    expect(await world.run('relay', 'alerts', 'rules', 'set', 'alice', '--file', '/local.json')).toBe(2)
    expect(world.err()).toMatch(/quiet hours of a relay are in UTC/)
    expect(await world.run('relay', 'alerts', 'channel', 'remove', 'alice', 'phone')).toBe(2)
    expect(world.err()).toMatch(/unknown channel "phone"/)
    expect(await world.run('relay', 'alerts', 'rules', 'set', 'alice')).toBe(0)
    expect(await world.run('relay', 'alerts', 'channel', 'remove', 'alice', 'phone')).toBe(0)
    const settings = await settingsOf(world, 'alice')
    expect([settings?.rules, settings?.channels]).toEqual([null, []])
    // It is kept for the notice about its removal.
    expect(settings?.retired.map(({ name }) => name)).toEqual(['phone@4'])
    expect(settings?.changes.map(({ message, channels }) => [message, channels])).toEqual([
      ['channel phone (ntfy) was added by the operator of the relay', []],
      ['the rules of alerts were changed by the operator of the relay', ['phone']],
      ['the default rules were restored by the operator of the relay', ['phone']],
      ['channel phone was removed by the operator of the relay', ['phone@4']],
    ])
  })

  test('show prints no secret, on a terminal and as JSON', async () => {
    const world = await withPhone()
    expect(await world.run('relay', 'alerts', 'show', 'alice', '--json')).toBe(0)
    const document = JSON.parse(world.out())
    expect(document).toMatchObject({
      user: 'alice',
      channels: [{ name: 'phone', settings: { type: 'ntfy' } }],
      heartbeat: false,
    })
    expect(document.rules.map(({ name }: { name: string }) => name)).toContain('liquidation')
    const terminal = await withUsers({ terminal: true })
    expect(await terminal.run('relay', 'alerts', 'show', 'bob')).toBe(0)
    expect(terminal.out()).toMatch(/No channels: nothing is delivered\.\nheartbeat: none\n/)
    expect(world.out()).not.toContain('canary')
  })

  test('heartbeat set pings the URL once, and remove forgets it', async () => {
    const world = await withUsers()
    const url = 'https://hc.example/canary-ping-7f3a'
    expect(await withText(world, url, 'heartbeat', 'set', 'alice', '--secret-stdin')).toBe(0)
    expect(world.notifier.pings).toEqual([url])
    expect((await settingsOf(world, 'alice'))?.heartbeat?.reveal()).toBe(url)
    expect(await world.run('relay', 'alerts', 'heartbeat', 'remove', 'alice')).toBe(0)
    expect((await settingsOf(world, 'alice'))?.heartbeat).toBeNull()
    expect(world.out() + world.err()).not.toContain('canary')
  })

  test('test sends one message to each channel, and names the outcome', async () => {
    const world = await withPhone()
    world.notifier.onSend = () => ({ kind: 'failed', why: 'HTTP 403 no' })
    expect(await world.run('relay', 'alerts', 'test', 'alice', '--json')).toBe(7)
    expect(JSON.parse(world.out())).toMatchObject({
      results: [{ name: 'phone', outcome: 'failed', why: 'HTTP 403 no' }],
    })
    expect(await world.run('relay', 'alerts', 'test', 'alice', 'siren')).toBe(2)
    expect(await world.run('relay', 'alerts', 'test', 'bob')).toBe(2)
    expect(world.err()).toMatch(/user bob has no channels\. Add one with axisor relay alerts channel add bob/)
  })

  test('list, log and ack work on the outbox of the user', async () => {
    const world = await withUsers()
    expect(await world.run('relay', 'alerts', 'list', 'alice', '--json')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({ host: null, alerts: [] })
    expect(await world.run('relay', 'alerts', 'log', 'alice')).toBe(0)
    expect(await world.run('relay', 'alerts', 'ack', 'alice', 'all')).toBe(0)
    expect(await world.relayStore.outbox('u-alice').requests()).toMatchObject([
      { request: { kind: 'acknowledge', alertId: null, by: 'axisor alerts, process 4711' } },
    ])
    expect(await world.run('relay', 'alerts', 'list', 'carol')).toBe(2)
    expect(world.err()).toContain('no such user: carol')
  })

  test('credentials rotate keeps the settings, and the old master key opens none', async () => {
    const world = await withPhone()
    const before = await settingsOf(world, 'alice')
    const old = readMasterKeys(world.file(KEY_FILE) ?? '', world.crypto)
    expect(await world.run('relay', 'credentials', 'rotate')).toBe(0)
    expect(world.err()).toContain('the alert settings of 1 user re-encrypted')
    expect(await settingsOf(world, 'alice')).toEqual(before)
    const sealed = await world.relayStore.alertSettings('u-alice')
    if (sealed === null || old === null) throw new Error('no settings')
    expect(() => openAlertSettings(world.crypto, old, sealed)).toThrow(/which is missing/)
  })
})
