import { describe, expect, test } from 'vitest'
import { ntfyChannel, openRelayAlertsRig, type RelayAlertsRig } from '../support/relay-alerts-rig.ts'

const PHONE = { kind: 'channel', channel: ntfyChannel('phone') } as const
const SEEN_MS = 8_000

const from = (rig: RelayAlertsRig, channel: string) =>
  rig.sent().filter(text => text.startsWith(`${channel} `))

async function openRig() {
  const rig = await openRelayAlertsRig()
  await rig.edit(PHONE)
  const running = await rig.start()
  await rig.world.clock.advance(SEEN_MS)
  const client = await rig.client(() => running.relay)
  await rig.until(() => client.store.state().status?.link === 'live')
  return { ...rig, running, client_: client }
}

describe('a client of a relay that delivers alerts', () => {
  test('shows them and delivers nothing', async () => {
    const { client_: client, running, ...rig } = await openRig()
    expect(client.store.state().status?.alerts).toEqual({ channels: 1 })
    rig.knob({ do: 'liquidate' })
    await rig.until(() => client.host.view().active.some(({ level }) => level === 'liquidated'))
    expect(client.host.view().host).toEqual({ kind: 'other', by: 'relay', label: 'the relay relay.test' })
    await rig.world.clock.advance(5_000)
    expect(from(rig, 'phone')).toContain('phone firing liquidated')
    expect(from(rig, 'laptop')).toEqual([])
    await client.close()
    await running.stop()
  })

  test('acknowledges at the relay', async () => {
    const { client_: client, running, ...rig } = await openRig()
    rig.knob({ do: 'liquidate' })
    await rig.until(() => client.host.view().active.some(({ level }) => level === 'liquidated'))
    await rig.until(() => running.relay.load().alerts?.firing.liquidated === 1)
    const alert = client.host.view().active.find(({ level }) => level === 'liquidated')
    client.host.acknowledge(alert?.id ?? '')
    await rig.until(() => running.relay.load().alerts?.firing.liquidated === 0, 3_000)
    client.host.acknowledge(null)
    const firing = () =>
      Object.values(running.relay.load().alerts?.firing ?? {}).reduce((sum, each) => sum + each, 0)
    expect(firing()).toBeGreaterThan(0)
    await rig.until(() => firing() === 0, 3_000)
    await client.close()
    await running.stop()
  })

  test('delivers itself once the relay has no channels, or is lost for long', async () => {
    const { client_: client, running, ...rig } = await openRig()
    const kind = () => client.host.view().host.kind
    expect(kind()).toBe('other')
    await rig.edit({ kind: 'remove-channel', name: 'phone' })
    await rig.until(() => kind() === 'this', 2_000)
    await rig.edit(PHONE)
    await rig.until(() => kind() === 'other', 2_000)
    client.endpoint.cut()
    await rig.world.clock.advance(200)
    expect(client.store.state().status?.link).not.toBe('live')
    expect(kind()).toBe('other')
    client.endpoint.down(60_000)
    await rig.until(() => kind() === 'this', 12_000)
    await client.close()
    await running.stop()
  })
})

test('a client of a relay behind which another one delivers is quiet, and acknowledges there', async () => {
  const rig = await openRelayAlertsRig()
  await rig.edit(PHONE)
  const first = await rig.start()
  await rig.world.clock.advance(SEEN_MS)
  const second = await rig.chain(() => first.relay)
  const client = await rig.client(() => second.relay, second.store)
  await rig.until(() => client.store.state().status?.alerts !== null)
  rig.knob({ do: 'liquidate' })
  await rig.until(() => client.host.view().active.some(({ level }) => level === 'liquidated'))
  expect(client.host.view().host.kind).toBe('other')
  await rig.until(() => first.relay.load().alerts?.firing.liquidated === 1)
  client.host.acknowledge(null)
  await rig.until(() => first.relay.load().alerts?.firing.liquidated === 0, 3_000)
  expect(from(rig, 'laptop')).toEqual([])
  await client.close()
  await second.stop()
  await first.stop()
})
