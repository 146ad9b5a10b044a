import { expect, test } from 'vitest'
import type { CrossAccount } from '../../../src/domain/position.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { crossFill, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, flatAt, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madeCross, readAt, statusEvent, T0 } from '../../support/samples.ts'

const NAME = 'cross long 25,000 USD'

/** A rig that has seen the cross position of the sample account, 2 percent from its liquidation. */
function opened(): AlertRig {
  const rig = openAlertRig()
  const { position } = madeCross()
  const close = position && { ...position, liquidationPriceUsd: usd(66_809.5) }
  rig.dispatch(statusEvent(T0))
  rig.slide(T0, 0.02, { isolated: readAt(T0, []), cross: readAt(T0, madeCross({ position: close })) })
  rig.notices.length = 0
  return rig
}

function crossEvent(at: number, event: string, over: Partial<CrossAccount> = {}) {
  return changeEvent(at, { kind: 'cross-position', event, cross: madeCross({ updatedAt: at, ...over }) })
}

function sent(rig: AlertRig): readonly string[] {
  return rig.notices.map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

test('reports the liquidation of the cross position that the stream names', () => {
  const rig = opened()
  rig.dispatch(crossEvent(T0 + 1_000, 'liquidation', { position: null, marginSats: sats(0) }))
  rig.evaluate(T0 + 1_000)
  expect(sent(rig)).toEqual([
    `firing liquidated: ${NAME} was LIQUIDATED, P&L not known yet`,
    'resolved critical: the position is no longer open',
  ])
})

test('reports a liquidation although another change of the cross margin followed', () => {
  const rig = opened()
  rig.dispatch(
    crossEvent(T0 + 1_000, 'liquidation', { position: null }),
    crossEvent(T0 + 1_500, 'deposit', { position: null }),
  )
  rig.evaluate(T0 + 2_000)
  expect(sent(rig)[0]).toContain('was LIQUIDATED')
})

test('reports a closed cross position with the result of its fills', () => {
  const rig = opened()
  rig.dispatch(
    historyAt(T0 + 900, { crossFills: [crossFill({ filledAt: T0 + 800 })] }),
    crossEvent(T0 + 1_000, 'market', { position: null }),
  )
  rig.evaluate(T0 + 1_000)
  expect(sent(rig)[0]).toBe(`event info: ${NAME} was closed at 68,000.0, P&L +382,396 sats (+260.03 USD)`)
})

test('finds a liquidation of the cross position after a gap by the price of its last fill', () => {
  const rig = opened()
  const found = T0 + 600_000
  rig.dispatch(
    flatAt(found),
    historyAt(found, { crossFills: [crossFill({ filledAt: T0 + 60_000, priceUsd: usd(66_800) })] }),
  )
  rig.evaluate(found)
  expect(sent(rig)[0]).toMatch(
    /was LIQUIDATED at 66,800\.0, on 2026-11-23T18:48:40.*found after 10m00s without sight$/,
  )
})

test('reports a position that was closed before one of the other side was opened', () => {
  const rig = opened()
  const { position } = madeCross()
  const short = position && {
    ...position,
    side: 'short' as const,
    quantityUsd: 10_000,
    liquidationPriceUsd: usd(69_000),
  }
  rig.dispatch(
    historyAt(T0 + 900, { crossFills: [crossFill({ quantityUsd: 35_000, filledAt: T0 + 800 })] }),
    crossEvent(T0 + 1_000, 'market', { position: short }),
  )
  rig.evaluate(T0 + 1_000)
  expect(sent(rig)).toEqual([
    'firing critical: cross short 10,000 USD is 1.21% from liquidation at 69,000.0',
    `event info: ${NAME} was closed at 68,000.0, P&L +382,396 sats (+260.03 USD)`,
    'resolved critical: the position is no longer open',
  ])
})

test('reports nothing while the cross position only shrinks', () => {
  const rig = opened()
  const { position } = madeCross()
  const smaller = position && { ...position, quantityUsd: 5_000, liquidationPriceUsd: usd(66_809.5) }
  rig.dispatch(crossEvent(T0 + 1_000, 'market', { position: smaller }))
  rig.evaluate(T0 + 1_000)
  expect(sent(rig)).toEqual([])
  expect(rig.active().map(({ subject }) => subject)).toEqual(['cross long 5,000 USD'])
})

/** The same of notices about ended positions. */
function sentEnds(rig: AlertRig): readonly string[] {
  return sent({ ...rig, notices: rig.notices.filter(({ alert }) => alert.kind === 'position') })
}

test('does not report a liquidation after a gap as closed because the position was enlarged before', () => {
  const rig = opened()
  const { position } = madeCross()
  const larger = position && { ...position, quantityUsd: 30_000, liquidationPriceUsd: usd(66_809.5) }
  rig.dispatch(crossEvent(T0 + 1_000, 'new', { position: larger }))
  rig.evaluate(T0 + 1_000)
  const found = T0 + 600_000
  rig.dispatch(flatAt(found))
  rig.evaluate(found)
  expect(sentEnds(rig)).toEqual([])
  const reduced = crossFill({ id: 'fill-0', quantityUsd: 5_000, filledAt: T0 + 30_000 })
  rig.dispatch(historyAt(found + 1_000, { crossFills: [reduced] }))
  rig.evaluate(found + 1_000)
  expect(sentEnds(rig)).toEqual([])
  const liquidated = crossFill({ filledAt: T0 + 60_000, priceUsd: usd(66_800) })
  rig.dispatch(historyAt(found + 2_000, { crossFills: [liquidated, reduced] }))
  rig.evaluate(found + 2_000)
  expect(sentEnds(rig)[0]).toContain('firing liquidated: cross long 30,000 USD was LIQUIDATED at 66,800.0')
})

test.each(['new', 'deposit'])(
  'reports an unknown end after 15 s, and the liquidation once its fill is listed, after the event %s',
  event => {
    const rig = opened()
    const found = T0 + 600_000
    const account = madeCross({ position: null })
    const { position } = madeCross()
    const short = position && { ...position, side: 'short' as const, liquidationPriceUsd: usd(90_000) }
    const cross = event === 'new' ? { ...account, position: short } : account
    rig.dispatch(crossEvent(found, event, cross))
    rig.evaluate(found)
    for (let ms = 0; ms <= 15_000; ms += 5_000)
      rig.slide(found + ms, 0.2, { isolated: readAt(found + ms, []), cross: readAt(found + ms, cross) })
    expect(sentEnds(rig)[0]).toContain(`firing critical: ${NAME} has ended, closed or liquidated`)
    const fills = [crossFill({ filledAt: T0 + 60_000, priceUsd: usd(66_800) })]
    rig.dispatch(historyAt(found + 20_000, { crossFills: fills }))
    rig.evaluate(found + 20_000)
    expect(sentEnds(rig)[1]).toContain('was LIQUIDATED at 66,800.0')
  },
)
