import { describe, expect, it } from 'vitest'
import { usd } from '../../../src/domain/units.ts'
import { crossFill, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, defaultRule, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madeCross, readAt, statusEvent, T0 } from '../../support/samples.ts'

const NAME = 'cross long 25,000 USD'
const JUMP = ', in one jump: it was 20.53% away'
const LOSS = 'P&L +382,396 sats (+255.44 USD)'

/** A rig that has seen the cross position of the sample account end without its result. */
function endedBy(event: string, ...args: Parameters<typeof openAlertRig>): AlertRig {
  const rig = openAlertRig(...args)
  rig.dispatch(statusEvent(T0))
  rig.slide(T0, 0.02, { isolated: readAt(T0, []), cross: readAt(T0, madeCross()) })
  rig.notices.length = 0
  rig.dispatch(
    changeEvent(T0 + 1_000, {
      kind: 'cross-position',
      event,
      cross: madeCross({ updatedAt: T0 + 1_000, position: null }),
    }),
  )
  rig.evaluate(T0 + 1_000)
  return rig
}

/** Lists the fill that closed the position. */
function listed(rig: AlertRig, at: number): void {
  rig.dispatch(historyAt(at, { crossFills: [crossFill({ filledAt: T0 + 990, priceUsd: usd(66_800) })] }))
  rig.evaluate(at)
}

function ofPositions(rig: AlertRig): readonly string[] {
  const notices = rig.notices.filter(({ alert }) => alert.kind === 'position')
  return notices.map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

describe('a liquidation of the cross position without its result', () => {
  it('is reported at once, and again with its result when the fill is listed', () => {
    const rig = endedBy('liquidation')
    listed(rig, T0 + 4_000)
    expect(ofPositions(rig)).toEqual([
      `firing liquidated: ${NAME} was LIQUIDATED, P&L not known yet${JUMP}`,
      `repeat liquidated: ${NAME} was LIQUIDATED at 66,800.0, ${LOSS}${JUMP}`,
    ])
    expect(new Set(rig.notices.map(({ id }) => id)).size).toBe(rig.notices.length)
    expect(rig.active().map(({ message }) => message)).toEqual([
      `${NAME} was LIQUIDATED at 66,800.0, ${LOSS}${JUMP}`,
    ])
  })

  it('repeats with its loss 2 minutes after the notice that had it', () => {
    const rig = endedBy('liquidation')
    listed(rig, T0 + 4_000)
    rig.evaluate(T0 + 123_999)
    expect(ofPositions(rig)).toHaveLength(2)
    rig.evaluate(T0 + 124_000)
    expect(ofPositions(rig)[2]).toContain(LOSS)
  })

  it('has its loss in the list of recent alerts if it was acknowledged before, without a notice', () => {
    const rig = endedBy('liquidation')
    rig.acknowledge(null, T0 + 2_000)
    listed(rig, T0 + 4_000)
    expect(ofPositions(rig)).toHaveLength(1)
    expect(rig.state().recent.find(({ kind }) => kind === 'position')?.message).toContain(LOSS)
  })

  it('gets its loss after a restart, once', () => {
    const rig = endedBy('liquidation')
    rig.restart(T0 + 2_000)
    listed(rig, T0 + 4_000)
    listed(rig, T0 + 64_000)
    expect(ofPositions(rig).filter(text => text.includes(LOSS))).toHaveLength(1)
  })

  it('waits for all fills that closed the position', () => {
    const rig = endedBy('liquidation')
    const part = crossFill({ id: 'fill-0', quantityUsd: 24_999, filledAt: T0 + 990 })
    rig.dispatch(historyAt(T0 + 3_000, { crossFills: [part] }))
    rig.evaluate(T0 + 3_000)
    expect(ofPositions(rig)).toHaveLength(1)
    expect(rig.state().unsettled).toHaveLength(1)
  })
})

describe('a close of the cross position without its result', () => {
  it('is followed by an event with the result', () => {
    const rig = endedBy('market')
    listed(rig, T0 + 4_000)
    expect(ofPositions(rig)).toEqual([
      `event info: ${NAME} was closed, P&L not known yet`,
      `event info: ${NAME} was closed at 66,800.0, ${LOSS}`,
    ])
    const [recent] = rig.state().recent.filter(({ kind }) => kind === 'position')
    expect(recent).toMatchObject({ state: 'event', message: expect.stringContaining(LOSS) })
  })

  it('has its result without a notice while its rule is snoozed', () => {
    const rig = endedBy('market', { rules: [defaultRule('position')] })
    rig.snooze({ rule: null, until: T0 + 60_000 }, T0 + 2_000)
    listed(rig, T0 + 4_000)
    expect(ofPositions(rig)).toHaveLength(1)
    expect(
      rig
        .state()
        .recent.map(({ message }) => message)
        .join(),
    ).toContain(LOSS)
  })
})
