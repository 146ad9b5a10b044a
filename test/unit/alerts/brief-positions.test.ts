import { expect, test } from 'vitest'
import type { CloseReason } from '../../../src/domain/snapshot.ts'
import { endedAt } from '../../support/alert-ends.ts'
import { type AlertRig, flatAt, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madePosition, statusEvent, T0 } from '../../support/samples.ts'

/** A rig that has seen an account without positions, and then an opened and ended one between two evaluations. */
function seenBriefly(why: CloseReason): AlertRig {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0), flatAt(T0))
  rig.evaluate(T0)
  rig.dispatch(
    changeEvent(T0 + 10, { kind: 'trade-filled', position: madePosition() }),
    endedAt(T0 + 20, why, { exitPriceUsd: 66_800 }),
  )
  rig.evaluate(T0 + 40)
  return rig
}

test('reports the liquidation of a position that was opened since the last evaluation', () => {
  const rig = seenBriefly('liquidation')
  expect(rig.active()).toMatchObject([
    {
      level: 'liquidated',
      message: 'isolated long 10,000 USD 7f3a was LIQUIDATED at 66,800.0, P&L -712,758 sats (-476.12 USD)',
    },
  ])
})

test('reports a position that was opened and ended between two evaluations once', () => {
  const rig = seenBriefly('stop-loss')
  rig.evaluate(T0 + 80)
  rig.restart(T0 + 120)
  rig.evaluate(T0 + 160)
  expect(rig.log()).toEqual(['event warn'])
})

test('reports no end of a position for a canceled order', () => {
  expect(seenBriefly('canceled').log()).toEqual([])
})
