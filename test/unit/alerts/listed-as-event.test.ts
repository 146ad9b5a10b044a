import { expect, test } from 'vitest'
import { isListedAsEvent } from '../../../src/alerts/listed-as-event.ts'
import type { Alert } from '../../../src/domain/alerts/alert.ts'
import { AxisorError } from '../../../src/domain/error.ts'
import { endedAt } from '../../support/alert-ends.ts'
import { openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madeCross, madePosition, resetEvent, statusEvent, T0 } from '../../support/samples.ts'

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

const { id } = madePosition()

function position(key: string, over: Partial<Alert> = {}): Alert {
  const base = { kind: 'position', rule: 'position', level: 'info', state: 'firing', subject: 's' } as const
  return { ...base, id: `position:${key}`, positionId: id, since: T0, message: 'm', remedy: null, ...over }
}

test('an end is listed as an event only if a message reported it', () => {
  const closed = position(`closed-${id}`)
  const rig = openAlertRig()
  rig.slide(T0, 0.2)
  rig.dispatch(changeEvent(T0 + 1, { kind: 'trade-filled', position: madePosition({ id: 'other' }) }))
  expect(isListedAsEvent(closed, rig.store.state())).toBe(false)
  rig.dispatch(endedAt(T0 + 2, 'closed'))
  expect(isListedAsEvent(closed, rig.store.state())).toBe(true)
  expect(isListedAsEvent({ ...closed, positionId: 'other' }, rig.store.state())).toBe(false)
})

test('a liquidation is never listed as an event alone', () => {
  const rig = openAlertRig()
  rig.slide(T0, 0.2)
  rig.dispatch(endedAt(T0 + 2, 'liquidation'))
  expect(isListedAsEvent(position(`liquidated-${id}`, { level: 'liquidated' }), rig.store.state())).toBe(
    false,
  )
})

test('fills, also of the cross position, are listed as events', () => {
  const events = ['opened', 'filled'] as const
  const rig = openAlertRig({ rules: [{ ...COMMON, name: 'my-fills', type: 'position', events }] })
  rig.slide(T0, 0.2)
  rig.dispatch(
    changeEvent(T0 + 1, { kind: 'trade-filled', position: madePosition({ id: 'other' }) }),
    changeEvent(T0 + 2, { kind: 'cross-position', event: 'new', cross: madeCross() }),
  )
  const { raised } = rig.evaluate(T0 + 3)
  expect(raised.map(alert => isListedAsEvent(alert, rig.store.state()))).toEqual([true, true])
})

test('the end of a cross position is no event of its own: its alert has the result', () => {
  const rig = openAlertRig()
  rig.slide(T0, 0.2)
  rig.dispatch(changeEvent(T0 + 1, { kind: 'cross-position', event: 'new', cross: madeCross() }))
  const closed = position('closed-cross', { positionId: 'cross' })
  expect(isListedAsEvent(closed, rig.store.state())).toBe(false)
})

test('a refused key and new permissions are events, and a key that reads no positions is none', () => {
  const error = new AxisorError('key-refused', 'no')
  const rig = openAlertRig()
  rig.dispatch(
    resetEvent(T0, { key: { permissions: ['account:read'] } }),
    statusEvent(T0 + 1, { key: { permissions: ['account:read', 'futures:cross:write'] } }),
  )
  rig.evaluate(T0 + 1)
  rig.dispatch(statusEvent(T0 + 2, { refusal: { since: T0, attempt: 1, retryAt: null, error } }))
  rig.evaluate(T0 + 2)
  const keys = rig.raised.filter(({ kind }) => kind === 'key')
  expect(keys.map(alert => isListedAsEvent(alert, rig.store.state()))).toEqual([true, true])
  const blind = position('', { kind: 'key', rule: 'key', id: 'key:blind:abc' })
  expect(isListedAsEvent(blind, rig.store.state())).toBe(false)
})

test.each(['order', 'wallet', 'announcement'] as const)(
  'an alert of the kind %s is listed as an event',
  kind => {
    expect(isListedAsEvent(position('x', { kind }), { events: [] })).toBe(true)
  },
)

test.each(['liquidation', 'stale', 'equity'] as const)('an alert of the kind %s is no event', kind => {
  expect(isListedAsEvent(position('x', { kind }), { events: [] })).toBe(false)
})
