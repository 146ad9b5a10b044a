import { expect, it } from 'vitest'
import { MIN_STALE_MS } from '../../../src/domain/alerts/rule.ts'
import { DEFAULT_POLICY } from '../../../src/feed/policy.ts'
import { defaultRule, openAlertRig } from '../../support/alert-rig.ts'
import { T0 } from '../../support/samples.ts'

it('allows no bound that the age between two reads and a slow read exceed', () => {
  expect(MIN_STALE_MS).toBeGreaterThanOrEqual(DEFAULT_POLICY.refreshEveryMs + 2_000)
})

it('says how long a gap was that ended before it was reported as one', () => {
  const rig = openAlertRig({ rules: [defaultRule('stale', { afterMs: MIN_STALE_MS })] })
  rig.slide(T0, 0.2)
  for (let second = 1; second <= 20; second += 1) rig.evaluate(T0 + second * 1_000)
  const { gap, notices } = rig.slide(T0 + 21_000, 0.2)
  expect(gap).toBeNull()
  expect(notices.map(({ alert }) => alert.message)).toEqual([
    'prices and positions are fresh again, after 21s without sight',
  ])
})

it('says how long no data came after the start', () => {
  const rig = openAlertRig({ rules: [defaultRule('stale')] })
  for (let second = 0; second <= 70; second += 10) rig.evaluate(T0 + second * 1_000)
  expect(rig.active()).toHaveLength(1)
  expect(rig.slide(T0 + 75_000, 0.2).notices.at(-1)?.alert.message).toMatch(/after 1m15s without sight$/)
})

it('does not flap at the least bound while positions are read at their interval', () => {
  const bounds = { afterMs: MIN_STALE_MS, inBandAfterMs: MIN_STALE_MS }
  const rig = openAlertRig({ rules: [defaultRule('stale', bounds)] })
  for (let read = 0; read < 10; read += 1) {
    const at = T0 + read * (DEFAULT_POLICY.refreshEveryMs + 2_000)
    rig.slide(at, 0.04)
    for (let later = 1_000; later < DEFAULT_POLICY.refreshEveryMs + 2_000; later += 1_000)
      rig.evaluate(at + later)
  }
  expect(rig.notices).toEqual([])
})
