import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closedTrade, endedAt, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, flatAt, longAt, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madePosition, statusEvent, T0 } from '../../support/samples.ts'

type Step = (rig: AlertRig, at: number) => void

/** The fill of the sample long, its liquidation, and what reports them, in any order: snapshots and listings may be older than messages. */
const STEPS: Readonly<Record<string, Step>> = {
  fill: (rig, at) => rig.dispatch(changeEvent(at, { kind: 'trade-filled', position: madePosition() })),
  end: (rig, at) => rig.dispatch(endedAt(at, 'liquidation', { exitPriceUsd: 66_800 })),
  flat: (rig, at) => rig.dispatch(flatAt(at)),
  long: (rig, at) => rig.dispatch(longAt(at, 0.3)),
  listing: (rig, at) => rig.dispatch(historyAt(at, { closed: [closedTrade({ closedAt: T0 + 500 })] })),
  evaluation: (rig, at) => void rig.evaluate(at),
  restart: (rig, at) => rig.restart(at),
}

/** How often the liquidation was reported as new. */
function reports(steps: readonly string[], everyMs: number): number {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0), flatAt(T0))
  rig.evaluate(T0)
  let at = T0 + 1_000
  for (const name of [...steps, 'evaluation', 'flat', 'listing', 'evaluation', 'flat', 'evaluation']) {
    STEPS[name]?.(rig, at)
    at += everyMs
  }
  return rig.notices.filter(({ event, alert }) => event === 'firing' && alert.level === 'liquidated').length
}

test('reports a liquidation once, whatever the order of messages, snapshots, listings and evaluations', () => {
  const step = fc.constantFrom(...Object.keys(STEPS))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom(10, 300, 4_000), (steps, everyMs) => {
      expect(reports(steps, everyMs)).toBe(1)
    }),
    { numRuns: 2_000 },
  )
})

test('reports a liquidation at once although a snapshot from before the fill removed its row', () => {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0), flatAt(T0))
  rig.evaluate(T0)
  for (const name of ['fill', 'flat', 'end']) STEPS[name]?.(rig, T0 + 1_000)
  rig.evaluate(T0 + 1_040)
  expect(rig.active().map(({ level }) => level)).toEqual(['liquidated'])
})
