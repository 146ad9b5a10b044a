import { describe, expect, onTestFinished, test } from 'vitest'
import { encodeEngineState } from '../../src/alerts/stored-engine.ts'
import { sameTime } from '../../src/domain/wall-clock.ts'
import { AlertManager } from '../../src/relay/alerts/alert-manager.ts'
import { addAlertRoutes } from '../../src/relay/alerts/alert-routes.ts'
import { SettingsBook } from '../../src/relay/alerts/settings-book.ts'
import { addSettingsRoutes } from '../../src/relay/alerts/settings-routes.ts'
import { newMasterKey } from '../../src/relay/auth/master-keys.ts'
import { longAt, openAlertRig } from '../support/alert-rig.ts'
import { openFakeNotifier } from '../support/fake-notifier.ts'
import { bearer, openTestRelay, type TestRelayParts } from '../support/relay-server.ts'

const NTFY = { settings: { type: 'ntfy' }, secret: 'https://ntfy.example/canary-topic-7f3a' }

/** A relay with alerts and a fake notifier. */
async function openRelay() {
  const notifier = openFakeNotifier()
  const relay = await openTestRelay({
    alerts(parts: TestRelayParts) {
      const keys = [newMasterKey(parts.crypto)] as const
      const book = new SettingsBook({ ...parts, readKeys: async () => keys, withKeys: work => work(keys) })
      const shared = { ...parts, book, notifier }
      return {
        openAlerts: access =>
          new AlertManager(
            {
              ...shared,
              processes: { self: null, hasEnded: () => false },
              label: 'axisor relay',
              redact() {},
            },
            access,
          ),
        addRoutes(app, options) {
          addAlertRoutes(app, shared, options)
          addSettingsRoutes(app, { ...shared, allowPrivate: false, addRedaction() {} }, options)
        },
      }
    },
  })
  onTestFinished(() => relay.stop())
  const request = async (token: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${relay.base}${path}`, {
      method,
      headers: { ...bearer(token), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return { ...relay, notifier, request }
}

/** The stored state of an engine with one critical alert of a position. */
function storedAlert(now: number): string {
  const rig = openAlertRig({}, now)
  rig.dispatch(longAt(now, 0.02))
  rig.evaluate(now)
  return encodeEngineState(rig.state(), sameTime)
}

const ALL = [
  ['GET', '/v1/alerts'],
  ['POST', '/v1/alerts/ack'],
  ['POST', '/v1/alerts/x/ack'],
  ['GET', '/v1/alerts/settings'],
  ['PUT', '/v1/alerts/rules', '{}'],
  ['DELETE', '/v1/alerts/rules'],
  ['PUT', '/v1/alerts/channels/phone', NTFY],
  ['DELETE', '/v1/alerts/channels/phone'],
  ['POST', '/v1/alerts/test'],
] as const

describe('the rights of a token', () => {
  test.each([
    [['read'], [200, 202, 404, 403, 403, 403, 403, 403, 403]],
    [['alerts'], [403, 403, 403, 200, 200, 200, 200, 200, 404]],
    [['admin'], [403, 403, 403, 403, 403, 403, 403, 403, 403]],
    [
      ['read', 'alerts'],
      [200, 202, 404, 200, 200, 200, 200, 200, 404],
    ],
  ] as const)('%j', async (scopes, statuses) => {
    const relay = await openRelay()
    const token = await relay.token('ann', [...scopes])
    const found: number[] = []
    for (const [method, path, body] of ALL)
      found.push((await relay.request(token, method, path, body)).status)
    expect(found).toEqual(statuses)
  })

  test('are for the alerts of its own user only', async () => {
    const relay = await openRelay()
    const [ann, bob] = [
      await relay.token('ann', ['read', 'alerts']),
      await relay.token('bob', ['read', 'alerts']),
    ]
    await relay.request(ann, 'PUT', '/v1/alerts/channels/phone', NTFY)
    const now = Date.now()
    await relay.store.outbox('id-ann').commit({ engine: storedAlert(now), notices: [] })
    const { body } = await relay.request(ann, 'GET', '/v1/alerts')
    const [alert] = body.alerts as { readonly id: string; readonly level: string }[]
    expect(alert).toMatchObject({ level: 'critical' })
    expect(await relay.request(bob, 'GET', '/v1/alerts')).toMatchObject({ body: { alerts: [] } })
    expect(await relay.request(bob, 'POST', `/v1/alerts/${alert?.id}/ack`)).toMatchObject({ status: 404 })
    expect((await relay.request(bob, 'GET', '/v1/alerts/settings')).body).toEqual({
      rules: null,
      channels: [],
      heartbeat: false,
    })
    expect(await relay.store.outbox('id-ann').requests()).toEqual([])
    expect(await relay.request(ann, 'POST', `/v1/alerts/${alert?.id}/ack`)).toEqual({
      status: 202,
      body: { acknowledged: [alert?.id] },
    })
  })
})

describe('the settings over HTTP', () => {
  test('keep rules with their comments, and return channels without secrets', async () => {
    const relay = await openRelay()
    const token = await relay.token('ann', ['alerts'])
    await relay.request(token, 'PUT', '/v1/alerts/channels/phone', NTFY)
    const rules =
      '{ // mine\n "quiet": "23:00-07:00 utc", "rules": [{ "rule": "price", "above": 150000, "channels": ["phone"] }] }'
    const { status, body } = await relay.request(token, 'PUT', '/v1/alerts/rules', rules)
    expect(status).toBe(200)
    expect(body).toEqual({
      rules,
      channels: [{ name: 'phone', settings: { type: 'ntfy' } }],
      heartbeat: false,
    })
    expect((await relay.request(token, 'GET', '/v1/alerts/settings')).body).toEqual(body)
    expect(JSON.stringify(await relay.store.alertSettings('id-ann'))).not.toMatch(/canary|mine/)
    expect(relay.log()).not.toContain('canary')
    expect(relay.log()).toMatch(/"tokenId":"\w+","what":"channel","event":"alert settings changed"/)
    expect(relay.log()).toContain('"what":"rules"')
    // A rule still names it.
    expect(await relay.request(token, 'DELETE', '/v1/alerts/channels/phone')).toMatchObject({ status: 400 })
    expect(await relay.request(token, 'DELETE', '/v1/alerts/rules')).toMatchObject({ status: 200 })
    expect(await relay.request(token, 'DELETE', '/v1/alerts/channels/phone')).toMatchObject({ status: 200 })
  })

  test.each([
    [
      '/v1/alerts/channels/phone',
      { settings: { type: 'bell' } },
      /a relay runs no program and has no desktop/,
    ],
    ['/v1/alerts/channels/phone', { settings: { type: 'command', argv: ['rm'] } }, /a relay runs no program/],
    ['/v1/alerts/channels/phone', { settings: { type: 'desktop' } }, /a relay runs no program/],
    [
      '/v1/alerts/channels/phone',
      { ...NTFY, secret: 'http://192.168.1.2/canary' },
      /only if axisor relay serve has --allow-private-channels/,
    ],
    ['/v1/alerts/channels/phone', { ...NTFY, secret: 'http://ntfy.example/canary' }, /not an https/],
    ['/v1/alerts/channels/phone', { settings: { type: 'ntfy' } }, /secret is missing/],
    ['/v1/alerts/channels/phone', { settings: { type: 'pigeon' }, secret: 'x' }, /unknown type/],
    ['/v1/alerts/channels/heartbeat', NTFY, /name of the channel is not/],
    ['/v1/alerts/channels/phone', { ...NTFY, secret: 'https://api.lnmarkets.com/canary' }, /LN Markets/],
    [
      '/v1/alerts/rules',
      '{ "rules": [{ "rule": "price", "abov": 1 }] }',
      /rules:1:32: unknown field "abov".*did you mean above/,
    ],
    ['/v1/alerts/rules', '{ "quiet": "23:00-07:00" }', /quiet hours of a relay are in UTC/],
    ['/v1/alerts/rules', '', /empty|cannot be parsed/],
  ])('are refused with the reason: %s %j', async (path, body, reason) => {
    const relay = await openRelay()
    const token = await relay.token('ann', ['alerts'])
    const reply = await relay.request(token, 'PUT', path, body)
    expect(reply).toMatchObject({ status: 400, body: { type: 'error', code: 'refused', retryable: false } })
    expect(reply.body.message).toMatch(reason)
    expect(JSON.stringify(reply.body)).not.toContain('canary')
    expect(await relay.store.alertSettings('id-ann')).toBeNull()
  })

  test('are limited in size and rate', async () => {
    const relay = await openRelay()
    const token = await relay.token('ann', ['alerts'])
    const large = JSON.stringify({ rules: ['x'.repeat(70_000)] })
    expect(await relay.request(token, 'PUT', '/v1/alerts/rules', large)).toMatchObject({ status: 413 })
    const statuses: number[] = []
    for (let i = 0; i < 12; i += 1)
      statuses.push((await relay.request(token, 'DELETE', '/v1/alerts/rules')).status)
    expect(statuses.filter(status => status === 200)).toHaveLength(10)
    expect(statuses.at(-1)).toBe(429)
  })

  test('are tested with a marked message', async () => {
    const relay = await openRelay()
    const token = await relay.token('ann', ['alerts'])
    await relay.request(token, 'PUT', '/v1/alerts/channels/phone', NTFY)
    relay.notifier.onSend = () => ({ kind: 'failed', why: 'HTTP 403 no' })
    const { body } = await relay.request(token, 'POST', '/v1/alerts/test', { channel: 'phone' })
    expect(body).toEqual({
      results: [
        { name: 'phone', type: 'ntfy', outcome: 'failed', ms: expect.any(Number), why: 'HTTP 403 no' },
      ],
    })
    expect(relay.notifier.sent.map(({ message }) => message.event)).toEqual(['test'])
    expect(await relay.request(token, 'POST', '/v1/alerts/test', { channel: 'siren' })).toMatchObject({
      status: 404,
    })
  })
})

test('a blind account fails /healthz/alerts, neither liveness nor readiness', async () => {
  let blind = 0
  const relay = await openTestRelay({
    alerts: () => ({
      openAlerts: () => ({
        deliveryOf: () => null,
        reload: async () => {},
        acknowledge: async () => false,
        load: () => ({ accounts: 2, blind, firing: {}, attempts: {} }),
        close: async () => {},
      }),
      addRoutes() {},
    }),
  })
  onTestFinished(() => relay.stop())
  const statuses = async () => {
    const paths = ['/healthz', '/readyz', '/healthz/alerts']
    const replies = await Promise.all(paths.map(path => fetch(`${relay.base}${path}`)))
    return [...replies.map(({ status }) => status), await replies[0]?.json()]
  }
  expect(await statuses()).toEqual([200, 200, 200, { status: 'ok', alerts: 'ok' }])
  blind = 1
  expect(await statuses()).toEqual([200, 200, 503, { status: 'ok', alerts: 'blind' }])
})
