import { expect, it } from 'vitest'
import { isStoppedSource } from '../../../src/alerts/rules/sight.ts'
import { AxisorError } from '../../../src/domain/error.ts'
import type { LinkState } from '../../../src/domain/status.ts'
import { defaultRule, openAlertRig } from '../../support/alert-rig.ts'
import { statusEvent, T0 } from '../../support/samples.ts'

/** The alerts 61 s after a link came into this state, of a rule for which every lost link is critical. */
function alertsOf(link: LinkState) {
  const rig = openAlertRig({ rules: [defaultRule('connection', { name: 'line', level: 'critical' })] })
  const lastError = new AxisorError('key-refused', 'the API key was rejected')
  rig.dispatch(statusEvent(T0, { link, lastError }))
  rig.evaluate(T0)
  rig.evaluate(T0 + 61_000)
  return rig.active().map(alert => ({ level: alert.level, isStopped: isStoppedSource(alert) }))
}

it('recognizes the alert that the source has stopped, whatever the name of its rule', () => {
  expect(alertsOf('stopped')).toEqual([{ level: 'critical', isStopped: true }])
})

it('does not take a critical alert about a lost link for it', () => {
  expect(alertsOf('waiting')).toEqual([{ level: 'critical', isStopped: false }])
})
