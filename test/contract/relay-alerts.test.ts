import { describe, expect, test } from 'vitest'
import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { Secret } from '../../src/domain/secret.ts'
import { ntfyChannel, openRelayAlertsRig, type RelayAlertsRig } from '../support/relay-alerts-rig.ts'

const PHONE = { kind: 'channel', channel: ntfyChannel('phone') } as const

/** Until the account is watched and its first alerts have been sent. */
const SEEN_MS = 8_000

const LIQUIDATED = 'phone firing liquidated'

const count = (rig: RelayAlertsRig, wanted: string) => rig.sent().filter(text => text === wanted).length

/** The texts of all notices about changed settings, with their channels' secrets. */
const changes = (rig: RelayAlertsRig) =>
  rig.world.notifier.sent
    .filter(({ message }) => message.alertId.startsWith('settings-'))
    .map(({ channel, message }) => [channel.secret?.reveal(), message.text.split('\n')[0]])

async function liquidated(rig: RelayAlertsRig): Promise<void> {
  rig.knob({ do: 'liquidate' })
  await rig.until(() => count(rig, LIQUIDATED) > 0, 5_000)
}

describe('a relay with alert settings', () => {
  test('delivers the alerts of an account although no client is connected', async () => {
    const rig = await openRelayAlertsRig()
    const timers = rig.world.clock.pendingTimers()
    await rig.edit(PHONE)
    const { relay, stop } = await rig.start()
    await rig.world.clock.advance(SEEN_MS)
    expect(relay.load()).toMatchObject({ connections: 0, accounts: 1, alerts: { accounts: 1, blind: 0 } })
    await liquidated(rig)
    expect(relay.load().alerts).toMatchObject({ firing: { liquidated: 1 } })
    expect(rig.world.notifier.sent[0]?.channel.secret?.reveal()).toBe(
      'https://ntfy.example/phone-canary-7f3a',
    )
    expect(rig.world.notifier.opened.at(-1)).toEqual({
      allowPrivateAddresses: false,
      allowLocalChannels: false,
      refusedHosts: ['*.lnmarkets.com'],
      proxies: NO_PROXY_RULES,
    })
    // Longer than a room lingers without a subscriber.
    await rig.world.clock.advance(90_000)
    expect(relay.load()).toMatchObject({ accounts: 1 })
    await stop()
    expect(rig.world.clock.pendingTimers()).toBe(timers)
  })

  test('logs a delivery that failed for good, once an hour for each channel', async () => {
    const rig = await openRelayAlertsRig()
    rig.world.notifier.onSend = () => ({ kind: 'failed', why: '192.0.2.1 is refused' })
    await rig.edit(PHONE)
    const { logged, stop } = await rig.start()
    await rig.world.clock.advance(SEEN_MS)
    await liquidated(rig)
    const lines = () => logged.filter(line => line.startsWith('["alert not delivered"'))
    await rig.world.clock.advance(600_000)
    expect(rig.sent().length).toBeGreaterThan(1)
    expect(lines()).toEqual([
      '["alert not delivered",{"user":"u-alice","channel":"phone","why":"192.0.2.1 is refused"}]',
    ])
    await rig.world.clock.advance(3_600_000)
    expect(lines()).toHaveLength(2)
    await stop()
  })

  test('keeps an acknowledgement over a restart, and repeats nothing', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    const first = await rig.start()
    await rig.world.clock.advance(SEEN_MS)
    await liquidated(rig)
    const outbox = rig.world.relayStore.outbox('u-alice')
    await outbox.request({ kind: 'acknowledge', alertId: null, by: 'a test' })
    await rig.until(() => first.relay.load().alerts?.firing.liquidated === 0)
    await first.stop()
    const before = rig.sent()
    const second = await rig.start()
    await rig.world.clock.advance(180_000)
    expect(second.relay.load().alerts).toMatchObject({ accounts: 1, firing: { liquidated: 0 } })
    expect(
      rig
        .sent()
        .slice(before.length)
        .filter(text => /liquidated|firing/.test(text)),
    ).toEqual([])
    await second.stop()
  })

  test('stops when the user is removed, and closes the account', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    const { relay, stop } = await rig.start()
    await rig.world.clock.advance(SEEN_MS)
    await rig.world.relayStore.removeUser('u-alice')
    await rig.until(() => relay.load().accounts === 0)
    const before = rig.sent().length
    rig.knob({ do: 'liquidate' })
    await rig.world.clock.advance(10_000)
    expect(rig.sent()).toHaveLength(before)
    expect(relay.load().alerts).toMatchObject({ accounts: 0 })
    await stop()
  })

  test('applies changed settings within a second, and notifies the channels that existed before', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    const { stop } = await rig.start()
    await rig.world.clock.advance(SEEN_MS)
    // The first channel had none before it.
    expect(changes(rig)).toEqual([])
    await rig.edit({ kind: 'channel', channel: ntfyChannel('phone', 'https://ntfy.example/other') })
    await rig.until(() => changes(rig).length > 0, 2_000)
    const old = 'https://ntfy.example/phone-canary-7f3a'
    expect(changes(rig)).toEqual([[old, 'Channel phone (ntfy) was replaced by a test.']])
    await liquidated(rig)
    const alerted = rig.world.notifier.sent.filter(({ message }) => message.level === 'liquidated')
    expect(alerted.map(({ channel }) => channel.secret?.reveal())).toEqual(['https://ntfy.example/other'])
    await rig.edit({ kind: 'remove-channel', name: 'phone' })
    await rig.until(() => changes(rig).length > 1, 2_000)
    expect(changes(rig)[1]).toEqual(['https://ntfy.example/other', 'Channel phone was removed by a test.'])
    await stop()
  })

  test('notifies of a change that was made while no relay ran, once', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    await rig.edit({ kind: 'rules', text: '{ "rules": [] }' })
    for (let run = 0; run < 2; run += 1) {
      const { stop } = await rig.start()
      await rig.world.clock.advance(SEEN_MS)
      await stop()
    }
    expect(changes(rig).map(([, text]) => text)).toEqual(['The rules of alerts were changed by a test.'])
  })

  test('reports a key that the exchange refuses, and stops the heartbeat meanwhile', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    await rig.edit({ kind: 'heartbeat', url: new Secret('https://hc.example/ping-canary') })
    const { relay, stop } = await rig.start()
    await rig.world.clock.advance(SEEN_MS)
    expect(rig.world.notifier.pings).toEqual(['https://hc.example/ping-canary'])
    rig.knob({ do: 'revoke' })
    const texts = () => rig.world.notifier.sent.map(({ message }) => message.text)
    await rig.until(() => texts().some(text => text.includes('refuses the API key')))
    const pings = rig.world.notifier.pings.length
    await rig.world.clock.advance(180_000)
    expect(rig.world.notifier.pings.length).toBeLessThanOrEqual(pings + 1)
    expect(relay.load().alerts).toMatchObject({ accounts: 1, blind: 1 })
    rig.knob({ do: 'restore' })
    await rig.until(() => texts().some(text => text.includes('accepts the API key')), 400_000)
    expect(relay.load().alerts).toMatchObject({ accounts: 1, blind: 0 })
    await stop()
  })

  test('reports an account that could never be watched', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    const account = await rig.world.relayStore.account('u-alice')
    if (account === null) throw new Error('no account')
    await rig.world.relayStore.putAccount({ ...account, userId: 'u-bob' })
    await rig.edit(PHONE, 'u-bob')
    const { stop } = await rig.start()
    await rig.world.clock.advance(150_000)
    const texts = rig.world.notifier.sent.map(({ message }) => message.text)
    expect(texts.some(text => text.includes('the relay cannot decrypt the exchange key'))).toBe(true)
    await stop()
  })
})

test('a relay that may not use the key of a user reports it, and delivers again with another key', async () => {
  const rig = await openRelayAlertsRig()
  await rig.edit(PHONE)
  const { relay, stop } = await rig.start()
  await rig.world.clock.advance(SEEN_MS)
  await rig.replaceKey('writer')
  const texts = () => rig.world.notifier.sent.map(({ message }) => message.text)
  await rig.until(() => texts().some(text => text.includes('the API key is not read-only')), 90_000)
  await rig.replaceKey('reader')
  await rig.until(() => texts().some(text => text.includes('The link is live again')), 20_000)
  expect(relay.load().alerts).toMatchObject({ accounts: 1, blind: 0 })
  await liquidated(rig)
  await stop()
})

describe('two relays of a cluster', () => {
  test('deliver once, and the next owner continues', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    const first = await rig.start({ cluster: true, label: 1 })
    await rig.world.clock.advance(SEEN_MS)
    const second = await rig.start({ cluster: true, label: 2 })
    await rig.world.clock.advance(SEEN_MS)
    const owners = () => [first, second].map(({ relay }) => relay.load().alerts?.accounts)
    expect(owners()).toEqual([1, 0])
    await liquidated(rig)
    await rig.world.clock.advance(5_000)
    expect(count(rig, LIQUIDATED)).toBe(1)
    await first.stop()
    await rig.until(() => second.relay.load().alerts?.accounts === 1, 5_000)
    await rig.world.clock.advance(2_000)
    expect(second.relay.load().alerts).toMatchObject({ firing: { liquidated: 1 } })
    expect(count(rig, LIQUIDATED)).toBe(1)
    // The repeat of an alert that was not acknowledged comes from the next owner.
    await rig.until(() => rig.sent().includes('phone repeat liquidated'), 130_000)
    expect(count(rig, 'phone repeat liquidated')).toBe(1)
    await second.stop()
  })

  test('replace one that hangs within 10 s, which delivers nothing more', async () => {
    const rig = await openRelayAlertsRig()
    await rig.edit(PHONE)
    const first = await rig.start({ cluster: true, label: 1 })
    await rig.world.clock.advance(SEEN_MS)
    const second = await rig.start({ cluster: true, label: 2 })
    await rig.world.clock.advance(SEEN_MS)
    first.freeze()
    // Its lease on the account ends by its own clock.
    await rig.world.clock.advance(3_000)
    rig.knob({ do: 'liquidate' })
    await rig.until(() => count(rig, LIQUIDATED) > 0, 10_000)
    expect([first, second].map(({ relay }) => relay.load().alerts?.accounts)).toEqual([0, 1])
    await rig.world.clock.advance(20_000)
    expect(count(rig, LIQUIDATED)).toBe(1)
    await second.stop()
  })
})
