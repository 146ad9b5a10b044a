import { expect, test } from 'vitest'
import { endedAt } from '../../support/alert-ends.ts'
import { openAlertRig } from '../../support/alert-rig.ts'
import { T0 } from '../../support/samples.ts'

test('lists how each alert of the last hour ended', () => {
  const rig = openAlertRig()
  rig.slide(T0, 0.04)
  rig.acknowledge(null, T0)
  rig.slide(T0 + 1_000, 0.2)
  rig.dispatch(endedAt(T0 + 2_000, 'liquidation'))
  rig.evaluate(T0 + 2_000)
  expect(rig.state().recent.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['liquidation resolved'])
  rig.acknowledge(null, T0 + 3_000)
  rig.restart(T0 + 4_000)
  expect(rig.state().recent.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'liquidation resolved',
    'position acknowledged',
  ])
})

test('lists what happened once as an event', () => {
  const rig = openAlertRig()
  rig.slide(T0, 0.2)
  rig.dispatch(endedAt(T0 + 1_000, 'stop-loss'))
  rig.evaluate(T0 + 1_000)
  expect(rig.state().recent).toMatchObject([{ kind: 'position', state: 'event', endedAt: T0 + 1_000 }])
})
