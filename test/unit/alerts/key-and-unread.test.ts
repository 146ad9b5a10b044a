import { expect, test } from 'vitest'
import { NO_RISK_ALERTS, updateRiskAlerts } from '../../../src/alerts/risk-alerts.ts'
import { riskInputOf } from '../../../src/alerts/risk-input.ts'
import { AxisorError } from '../../../src/domain/error.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { openStore } from '../../../src/store/store.ts'
import { resetEvent, statusEvent, T0 } from '../../support/samples.ts'

function inputAfter(...events: readonly FeedEvent[]) {
  const store = openStore()
  for (const event of events) store.dispatch(event)
  return riskInputOf(store.state(), T0 + 1_000)
}

const READ_ONLY = { permissions: ['account:read', 'futures:isolated:read', 'futures:cross:read'] }
const MAY_WRITE = { permissions: [...READ_ONLY.permissions, 'futures:cross:write'] }

test('raises one critical alert while the exchange refuses a key that worked, and none after it', () => {
  const error = new AxisorError('key-refused', 'api.host answered 401 to GET /v3/account')
  const refusal = { since: T0, attempt: 1, retryAt: null, error }
  const refused = inputAfter(resetEvent(T0), statusEvent(T0, { refusal }))
  const first = updateRiskAlerts(NO_RISK_ALERTS, refused, T0)
  const alert = first.raised.find(({ kind }) => kind === 'key')
  expect(alert).toMatchObject({ level: 'critical', positionId: null })
  expect(alert?.message).toBe('the exchange refuses the API key: api.host answered 401 to GET /v3/account')
  const again = updateRiskAlerts(first.state, refused, T0 + 1)
  expect(again.raised).toEqual([])
  expect(again.active.some(({ kind }) => kind === 'key')).toBe(true)
  const accepted = inputAfter(resetEvent(T0), statusEvent(T0))
  expect(updateRiskAlerts(again.state, accepted, T0 + 2).active.map(({ kind }) => kind)).not.toContain('key')
})

test('warns of a key that may write since it was accepted, and not of one that always could', () => {
  const changed = inputAfter(
    resetEvent(T0, { key: READ_ONLY }),
    statusEvent(T0, { key: READ_ONLY }),
    statusEvent(T0 + 1, { key: MAY_WRITE }),
  )
  expect(changed.key).toMatchObject({
    level: 'warn',
    message: expect.stringContaining('futures:cross:write'),
  })
  expect(inputAfter(resetEvent(T0, { key: MAY_WRITE }), statusEvent(T0, { key: MAY_WRITE })).key).toBeNull()
})
