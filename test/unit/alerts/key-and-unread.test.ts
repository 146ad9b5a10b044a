import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { openAlertRig } from '../../support/alert-rig.ts'
import { resetEvent, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

const READ_ONLY = { permissions: ['account:read', 'futures:isolated:read', 'futures:cross:read'] }
const MAY_WRITE = { permissions: [...READ_ONLY.permissions, 'futures:cross:write'] }

const REFUSAL = {
  since: T0,
  attempt: 1,
  retryAt: null,
  error: new AxisorError('key-refused', 'api.host answered 401 to GET /v3/account'),
}

test('raises one critical alert while the exchange refuses a key that worked, and none after it', () => {
  const rig = openAlertRig()
  rig.dispatch(resetEvent(T0), statusEvent(T0, { refusal: REFUSAL }))
  const alert = rig.evaluate(T0).raised.find(({ kind }) => kind === 'key')
  expect(alert).toMatchObject({ level: 'critical', positionId: null })
  expect(alert?.message).toBe('the exchange refuses the API key: api.host answered 401 to GET /v3/account')
  expect(rig.evaluate(T0 + 1).raised).toEqual([])
  expect(rig.active().some(({ kind }) => kind === 'key')).toBe(true)
  rig.dispatch(statusEvent(T0 + 2))
  const { notices } = rig.evaluate(T0 + 2)
  expect(notices.map(({ event, alert: { message } }) => [event, message])).toEqual([
    ['resolved', 'the exchange accepts the API key'],
  ])
  expect(rig.active().map(({ kind }) => kind)).not.toContain('key')
})

test('keeps an alert about the key over a restart until the link is known', () => {
  const rig = openAlertRig()
  rig.dispatch(resetEvent(T0), statusEvent(T0, { refusal: REFUSAL }))
  rig.evaluate(T0)
  const restarted = openAlertRig({}, T0 + 1_000, rig.stored())
  restarted.evaluate(T0 + 1_000)
  expect(restarted.active().map(({ kind }) => kind)).toContain('key')
  restarted.dispatch(statusEvent(T0 + 2_000), resetEvent(T0 + 2_000))
  restarted.evaluate(T0 + 2_000)
  expect(restarted.active().map(({ kind }) => kind)).not.toContain('key')
})

test('keeps an alert about a new permission until the key may only read', () => {
  const rig = openAlertRig()
  const events = [READ_ONLY, MAY_WRITE].map((key, i) => statusEvent(T0 + i, { key }))
  rig.dispatch(resetEvent(T0, { key: READ_ONLY }), ...events)
  rig.evaluate(T0 + 1)
  const restarted = openAlertRig({}, T0 + 1_000, rig.stored())
  restarted.dispatch(resetEvent(T0 + 1_000, { key: MAY_WRITE }), statusEvent(T0 + 1_000, { key: MAY_WRITE }))
  restarted.evaluate(T0 + 1_000)
  expect(restarted.active().map(({ kind }) => kind)).toContain('key')
  restarted.dispatch(statusEvent(T0 + 2_000, { key: READ_ONLY }))
  const { notices } = restarted.evaluate(T0 + 2_000)
  expect(notices.map(({ event, alert }) => `${event}: ${alert.message}`)).toEqual([
    'resolved: the API key is read-only',
  ])
})

test('keeps the alert about an unreadable position over a restart until its list is read', () => {
  const rig = openAlertRig()
  const { parts } = sampleSnapshot(T0)
  const error = { kind: 'unreadable', code: 'unreadable', message: 'no list', hint: null } as const
  const isolatedPositions = { ...parts.isolatedPositions, readAt: null, error }
  rig.slide(T0, 0.2, { isolated: null, parts: { ...parts, isolatedPositions } })
  expect(rig.active().map(({ kind }) => kind)).toContain('unreadable-position')
  const restarted = openAlertRig({}, T0 + 1_000, rig.stored())
  restarted.evaluate(T0 + 1_000)
  expect(restarted.active().map(({ kind }) => kind)).toContain('unreadable-position')
  restarted.slide(T0 + 2_000, 0.2)
  expect(restarted.active()).toEqual([])
})

test('warns of a key that may write since it was accepted, and not of one that always could', () => {
  const rig = openAlertRig()
  rig.dispatch(
    resetEvent(T0, { key: READ_ONLY }),
    statusEvent(T0, { key: READ_ONLY }),
    statusEvent(T0 + 1, { key: MAY_WRITE }),
  )
  expect(rig.evaluate(T0 + 1).raised.find(({ kind }) => kind === 'key')).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('futures:cross:write'),
  })
  const always = openAlertRig()
  always.dispatch(resetEvent(T0, { key: MAY_WRITE }), statusEvent(T0, { key: MAY_WRITE }))
  expect(always.evaluate(T0).raised.map(({ kind }) => kind)).not.toContain('key')
})
