import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { openAlertRig } from '../../support/alert-rig.ts'
import { resetEvent, statusEvent, T0 } from '../../support/samples.ts'

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
