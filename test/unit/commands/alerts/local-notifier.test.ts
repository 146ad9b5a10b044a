import { expect, test } from 'vitest'
import { openLocalNotifier } from '../../../../src/commands/alerts/redacted-notifier.ts'
import type { DirectProfile } from '../../../../src/domain/profile.ts'
import { NO_PROXY_RULES } from '../../../../src/domain/proxy.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openFakeWorld } from '../../../support/fake-world.ts'

const PROFILE: DirectProfile = {
  kind: 'direct',
  name: 'sim',
  store: 'keychain',
  requirePassphrase: false,
  network: 'simulator',
  addresses: { apiUrl: 'http://127.0.0.1:8420/v3', streamUrl: 'ws://127.0.0.1:8420/v1' },
  permissions: null,
  verifiedAt: null,
  acceptedAt: null,
}

const MESSAGE = {
  id: 'a.1',
  alertId: 'a',
  event: 'test',
  level: 'info',
  title: '',
  text: '',
  document: '{}',
  at: 0,
} as const

test('redacts the words of services', async () => {
  const world = openFakeWorld()
  world.addRedaction(new Secret('canary-secret'))
  world.notifier.onSend = () => ({ kind: 'failed', why: 'no canary-secret' })
  world.notifier.onPing = () => ({ kind: 'retry', why: 'no canary-secret', afterMs: 5 })
  const notifier = await openLocalNotifier(null, NO_PROXY_RULES, world)
  const channel = { name: 'a', settings: { type: 'slack' }, secret: null } as const
  expect(await notifier.send(channel, MESSAGE, 1)).toEqual({ kind: 'failed', why: 'no •••' })
  expect(await notifier.ping(new Secret('x'), 1)).toEqual({ kind: 'retry', why: 'no •••', afterMs: 5 })
  world.notifier.onSend = () => ({ kind: 'delivered' })
  expect(await notifier.send(channel, MESSAGE, 1)).toEqual({ kind: 'delivered' })
})

test('refuses the exchange, and a simulated one at its port only', async () => {
  const world = openFakeWorld()
  await openLocalNotifier(PROFILE, NO_PROXY_RULES, world)
  expect(world.notifier.opened[0]?.refusedHosts).toEqual(['*.lnmarkets.com', '127.0.0.1:8420'])
})
