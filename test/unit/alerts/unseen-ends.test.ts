import { describe, expect, it } from 'vitest'
import type { ClosedTrade } from '../../../src/domain/snapshot.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { closedTrade, endedAt, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, defaultRule, flatAt, longAt, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madePosition, statusEvent, T0 } from '../../support/samples.ts'

const NAME = 'isolated long 10,000 USD 7f3a'
const DAY_MS = 86_400_000

/** A rig that has seen an account without positions and without closed trades. */
function seenFlat(...args: Parameters<typeof openAlertRig>): AlertRig {
  const rig = openAlertRig(...args)
  rig.dispatch(statusEvent(T0), flatAt(T0), historyAt(T0, { closed: [] }))
  rig.evaluate(T0)
  return rig
}

/** Lists closed trades at a time, without positions. */
function listed(rig: AlertRig, at: number, ...closed: readonly ClosedTrade[]): void {
  rig.dispatch(flatAt(at), historyAt(at, { closed }))
  rig.evaluate(at)
}

function sent(rig: AlertRig): readonly string[] {
  return rig.notices.map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

describe('a position that was opened and ended without sight', () => {
  it('is reported as liquidated by the loss of its margin, with the time of the exchange', () => {
    const rig = seenFlat()
    listed(rig, T0 + 22_000, closedTrade({ closedAt: T0 + 10_000 }))
    expect(sent(rig)).toEqual([
      `firing liquidated: ${NAME} was LIQUIDATED at 66,809.5, on 2026-11-23T18:47:50.000Z, P&L -712,758 sats (-476.19 USD), as its exit price shows, opened and ended while axisor did not watch`,
    ])
  })

  it.each([
    ['the liquidation price', { plSats: sats(-700_000), marginSats: null }, 'was LIQUIDATED'],
    ['the take-profit', { exitPriceUsd: usd(72_500), plSats: sats(5) }, 'was closed by its take-profit'],
    ['no level', { exitPriceUsd: usd(70_000), plSats: sats(5), liquidationPriceUsd: null }, 'was closed at'],
  ])('is reported by its exit at %s', (_name, over, words) => {
    const rig = seenFlat()
    listed(rig, T0 + 22_000, closedTrade({ closedAt: T0 + 10_000, ...over }))
    expect(sent(rig).join()).toContain(words)
  })

  it('is reported with the reason of its message, if that came without the position', () => {
    const rig = seenFlat()
    rig.dispatch(endedAt(T0 + 900, 'stop-loss'))
    rig.evaluate(T0 + 1_000)
    listed(rig, T0 + 3_000, closedTrade({ closedAt: T0 + 900 }))
    expect(sent(rig).join()).toContain('was closed by its stop-loss')
  })

  it('is reported once, also after a restart and beside later ones', () => {
    const rig = seenFlat()
    const first = closedTrade({ closedAt: T0 + 10_000 })
    const second = closedTrade({
      id: 'b1b2',
      closedAt: T0 + 9_000,
      exitPriceUsd: usd(70_000),
      plSats: sats(1),
    })
    listed(rig, T0 + 22_000, first)
    rig.restart(T0 + 23_000)
    listed(rig, T0 + 24_000, first)
    listed(rig, T0 + 7_200_000, first)
    listed(rig, T0 + 7_260_000, first)
    expect(rig.log().filter(each => each !== 'repeat liquidated')).toEqual(['firing liquidated'])
    rig.acknowledge(null, T0 + 7_261_000)
    listed(rig, T0 + 7_262_000, first, second)
    expect(rig.log().filter(each => each !== 'repeat liquidated')).toEqual(['firing liquidated'])
  })

  it('is reported although the listing had a later one before', () => {
    const rig = seenFlat()
    const later = closedTrade({ closedAt: T0 + 10_000 })
    const earlier = closedTrade({ id: 'b1b2', closedAt: T0 + 9_000 })
    listed(rig, T0 + 12_000, later)
    listed(rig, T0 + 72_000, later, earlier)
    expect(rig.log()).toEqual(['firing liquidated', 'firing liquidated'])
  })

  it('is reported at the start of a host after hours without one', () => {
    const stored = seenFlat().stored()
    const start = T0 + 5 * 3_600_000
    const rig = openAlertRig({}, start, stored)
    rig.dispatch(statusEvent(start))
    listed(rig, start + 1_000, closedTrade({ closedAt: T0 + 3_600_000 }))
    expect(sent(rig).join()).toContain('firing liquidated')
    expect(sent(rig).join()).toContain('opened and ended while axisor did not watch')
  })

  it('is reported by its time at an exchange whose clock differs', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0, { clockOffsetMs: 3_600_000 }), flatAt(T0))
    rig.evaluate(T0)
    const before = closedTrade({ id: 'b1b2', closedAt: T0 + 3_599_000 })
    listed(rig, T0 + 2_000, closedTrade({ closedAt: T0 + 3_601_000 }), before)
    expect(rig.active().map(({ positionId }) => positionId)).toEqual([madePosition().id])
  })

  it('is not reported by a rule that does not name its end', () => {
    const rig = seenFlat({ rules: [defaultRule('position', { events: ['closed'] })] })
    listed(rig, T0 + 22_000, closedTrade({ closedAt: T0 + 10_000 }))
    expect(rig.raised).toEqual([])
  })
})

describe('a listed trade', () => {
  it('of the time before the first start is not reported', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0))
    listed(rig, T0 + 1_000, closedTrade({ closedAt: T0 - 1 }))
    expect(rig.raised).toEqual([])
  })

  it('whose end a message reported is not reported again, whatever its exit price shows', () => {
    const rig = seenFlat()
    rig.dispatch(longAt(T0 + 1_000, 0.3))
    rig.evaluate(T0 + 1_000)
    rig.dispatch(endedAt(T0 + 2_000, 'stop-loss'))
    rig.evaluate(T0 + 2_000)
    const end = closedTrade({ closedAt: T0 + 1_990 })
    listed(rig, T0 + 4_000, end)
    const later = openAlertRig({}, T0 + 8_000, rig.stored())
    later.dispatch(statusEvent(T0 + 8_000))
    listed(later, T0 + 9_000, end)
    expect([...rig.raised, ...later.raised].filter(({ kind }) => kind === 'position')).toHaveLength(1)
  })

  it('that a list still has as open is reported once the list no longer has it', () => {
    const rig = seenFlat({ rules: [defaultRule('position', { events: ['opened', 'liquidated'] })] })
    rig.dispatch(changeEvent(T0 + 900, { kind: 'trade-filled', position: madePosition() }))
    const end = closedTrade({ closedAt: T0 + 1_000 })
    rig.dispatch(historyAt(T0 + 2_000, { closed: [end] }))
    rig.evaluate(T0 + 2_000)
    expect(rig.log()).toEqual(['event info'])
    for (const at of [3_000, 6_000, 63_000]) listed(rig, T0 + at, end)
    expect(rig.log()).toEqual(['event info', 'firing liquidated'])
  })

  it('of another account is not reported', () => {
    const rig = openAlertRig({}, T0 + 60_000, seenFlat().stored())
    rig.dispatch(statusEvent(T0 + 60_000), flatAt(T0 + 60_000, { account: null }))
    rig.dispatch(historyAt(T0 + 60_000, { closed: [closedTrade({ closedAt: T0 + 10_000 })] }))
    rig.evaluate(T0 + 60_000)
    expect(rig.raised.filter(({ kind }) => kind === 'position')).toEqual([])
  })
})

describe('a time without sight that is longer than the listing', () => {
  it('is reported once, and short ones are not', () => {
    const rig = openAlertRig({}, T0 + 3 * DAY_MS, seenFlat().stored())
    rig.dispatch(statusEvent(T0 + 3 * DAY_MS))
    listed(rig, T0 + 3 * DAY_MS)
    listed(rig, T0 + 3 * DAY_MS + 60_000)
    expect(rig.raised.filter(({ kind }) => kind === 'position').map(({ message }) => message)).toEqual([
      'positions that were opened and ended from 2026-11-23T18:47:40.012Z to 2026-11-25T18:47:40.000Z are not reported: axisor did not watch, and looks back one day',
    ])
    const other = openAlertRig({}, T0 + DAY_MS - 1, seenFlat().stored())
    other.dispatch(statusEvent(T0 + DAY_MS - 1))
    listed(other, T0 + DAY_MS - 1)
    expect(other.raised).toEqual([])
  })
})
