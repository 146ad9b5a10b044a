import { expect, it } from 'vitest'
import { PROTECTION_CHECKS, type ProtectionRule } from '../../../src/domain/alerts/rule.ts'
import { usd } from '../../../src/domain/units.ts'
import { type AlertRig, longAt, openAlertRig } from '../../support/alert-rig.ts'
import { madeOrder, madePosition, readAt, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

const RULE: ProtectionRule = {
  name: 'protection',
  type: 'protection',
  level: null,
  channels: null,
  repeatMs: 'default',
  quiet: null,
  enabled: true,
  checks: PROTECTION_CHECKS,
}

function opened(rule = RULE): AlertRig {
  const rig = openAlertRig({ rules: [rule] })
  rig.dispatch(statusEvent(T0))
  return rig
}

function sent(rig: AlertRig): readonly string[] {
  return rig.notices.map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

it('warns of a position without a stop-loss until it has one', () => {
  const rig = opened()
  rig.slide(T0, 0.2)
  rig.slide(T0 + 1_000, 0.2, { isolated: readAt(T0, [madePosition({ stopLossUsd: usd(67_000) })]) })
  expect(sent(rig)).toEqual([
    'firing warn: isolated long 10,000 USD 7f3a has no stop-loss',
    'resolved warn: no longer: isolated long 10,000 USD 7f3a has no stop-loss',
  ])
  expect(rig.notices[0]?.alert.remedy).toBe('Set a stop-loss before 66,809.5')
})

it('warns of a stop-loss beyond the liquidation price', () => {
  const rig = opened()
  rig.slide(T0, 0.2, { isolated: readAt(T0, [madePosition({ stopLossUsd: usd(66_000) })]) })
  expect(sent(rig)).toEqual([
    'firing warn: isolated long 10,000 USD 7f3a has its stop-loss at 66,000.0, beyond its liquidation price 66,809.5',
  ])
})

it('warns of an order that can fill only past the liquidation price', () => {
  const rig = opened({ ...RULE, checks: ['order-beyond-liquidation'], level: 'critical' })
  rig.slide(T0, 0.2, { isolatedOrders: readAt(T0, [madeOrder()]) })
  expect(sent(rig)).toEqual([
    'firing critical: order isolated long 10,000 USD 0d0d at 66,500.0 can fill only past the liquidation price of the position',
  ])
  const { parts } = sampleSnapshot(T0 + 1_000)
  const error = { kind: 'failed', code: 'unavailable', message: 'HTTP 503', hint: null } as const
  const failed = { ...parts.isolatedOrders, readAt: null, error }
  rig.slide(T0 + 1_000, 0.2, { isolatedOrders: null, parts: { ...parts, isolatedOrders: failed } })
  expect(rig.notices).toHaveLength(1)
  rig.slide(T0 + 2_000, 0.2)
  expect(rig.log()).toEqual(['firing critical', 'resolved critical'])
})

it('checks only what the rule names', () => {
  const rig = opened({ ...RULE, checks: ['stop-loss-beyond-liquidation'] })
  rig.slide(T0, 0.2)
  expect(rig.notices).toEqual([])
})

it('raises nothing on old rows', () => {
  const rig = opened()
  rig.dispatch(longAt(T0, 0.2))
  rig.evaluate(T0 + 60_000)
  expect(rig.notices).toEqual([])
})

it('keeps the alert of an order over a restart until the orders are read', () => {
  const rules = [{ ...RULE, checks: ['order-beyond-liquidation'] as const }]
  const orders = { isolatedOrders: readAt(T0, [madeOrder()]) }
  const rig = openAlertRig({ rules })
  rig.slide(T0, 0.2, orders)
  const restarted = openAlertRig({ rules }, T0 + 1_000, rig.stored())
  const { parts } = sampleSnapshot(T0 + 1_000)
  const failed = { ...parts.isolatedOrders, readAt: null }
  restarted.slide(T0 + 1_000, 0.2, { isolatedOrders: null, parts: { ...parts, isolatedOrders: failed } })
  expect(restarted.active()).toHaveLength(1)
  restarted.slide(T0 + 2_000, 0.2)
  expect(restarted.log()).toEqual(['resolved warn'])
})

it('keeps its alerts while rows are old, and over a restart until they are read', () => {
  const rig = opened()
  rig.slide(T0, 0.2)
  rig.evaluate(T0 + 60_000)
  expect(rig.active()).toHaveLength(1)
  const restarted = openAlertRig({ rules: [RULE] }, T0 + 61_000, rig.stored())
  restarted.evaluate(T0 + 61_000)
  expect(restarted.notices).toEqual([])
  expect(restarted.active()).toHaveLength(1)
})
