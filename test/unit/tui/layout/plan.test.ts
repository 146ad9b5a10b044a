import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INITIAL_UI } from '../../../../src/tui/input/ui-state.ts'
import { planOf } from '../../../../src/tui/layout/plan.ts'
import { isSamePlan } from '../../../../src/tui/layout/same-plan.ts'
import type { Plan } from '../../../../src/tui/layout/screen-plan.ts'
import { contextOf, sampleStore, withUi } from '../../../frames/sample-screens.ts'
import { madeOrder, madePosition, readAt, resetEvent, T0 } from '../../../support/samples.ts'

/** The plan of an overview with so many positions and orders. */
function overviewOf(positions: number, orders: number, columns: number, rows: number): Plan {
  const store = sampleStore()
  const isolated = Array.from({ length: positions }, (_, index) => madePosition({ id: `position-${index}` }))
  const isolatedOrders = Array.from({ length: orders }, (_, index) => madeOrder({ id: `order-${index}` }))
  store.dispatch(
    resetEvent(T0, { isolated: readAt(T0, isolated), isolatedOrders: readAt(T0, isolatedOrders) }),
  )
  return planOf(contextOf(store, { columns, rows }))
}

const count = fc.nat({ max: 40 })

test('gives the panes of an overview exactly the rows of the body once the events have some', () => {
  fc.assert(
    fc.property(
      count,
      count,
      fc.integer({ min: 80, max: 159 }),
      fc.integer({ min: 16, max: 90 }),
      (...of) => {
        const plan = overviewOf(...of)
        if (plan.shape !== 'panes' || plan.body.kind !== 'overview') throw new Error('not an overview')
        const { positions, gap, detail, band, orders, events } = plan.body
        const used = positions + gap + detail + band + orders + events
        const body = of[3] - 6
        expect(used).toBeLessThanOrEqual(body)
        if (events > 0) expect(used).toBe(body)
        expect(positions).toBeGreaterThanOrEqual(3)
        // A shorter chart or ladder is not readable; events keep seven rows beside them.
        expect(band === 0 || (band >= 8 && events === 7)).toBe(true)
      },
    ),
  )
})

test.each([28, 29, 30, 38, 39, 40])('reserves no rows for a band that does not fit at 130×%i', rows => {
  for (let positions = 0; positions <= 40; positions++) {
    const plan = overviewOf(positions, 1, 130, rows)
    if (plan.shape !== 'panes' || plan.body.kind !== 'overview') throw new Error('not an overview')
    expect(plan.body.band === 0 || plan.body.band >= 8).toBe(true)
  }
})

test('gives the boxes of a wide overview exactly the rows of the body', () => {
  fc.assert(
    fc.property(
      count,
      count,
      fc.integer({ min: 160, max: 250 }),
      fc.integer({ min: 44, max: 120 }),
      (...of) => {
        const plan = overviewOf(...of)
        if (plan.shape !== 'wide' || plan.body.kind !== 'wide') throw new Error('not wide')
        const { positions, middle, account, connection, bottom } = plan.body
        expect(positions + middle + bottom).toBe(of[3] - 4)
        expect(account + connection + 3).toBeLessThanOrEqual(middle)
      },
    ),
  )
})

test('is the same for the same data at another time, so that React does not render', () => {
  const store = sampleStore()
  const plan = planOf(contextOf(store, { columns: 120, rows: 40 }))
  expect(isSamePlan(plan, planOf(contextOf(store, { columns: 120, rows: 40 }, T0 + 20_000)))).toBe(true)
})

test('differs with the window, the view, the overlay, the prompt and the data', () => {
  const context = contextOf(sampleStore())
  const others = [
    { ...context, rows: 25 },
    { ...context, columns: 55 },
    withUi(context, { view: 'orders' }),
    withUi(context, { overlay: 'help' }),
    withUi(context, { filter: { phase: 'typing', text: '' } }),
  ].map(planOf)
  const plans = [planOf(context), ...others, overviewOf(9, 4, 80, 24)]
  const isAnySame = plans.some((a, at) => plans.slice(at + 1).some(b => isSamePlan(a, b)))
  expect(isAnySame).toBe(false)
})

test('leaves out the line of keys below 10 rows, and the prompt with it', () => {
  const typing = { ...INITIAL_UI, filter: { phase: 'typing', text: 'x' } } as const
  const footerAt = (rows: number) => planOf(contextOf(sampleStore(), { rows, ui: typing }))
  expect(footerAt(9)).toMatchObject({ footer: 'none' })
  expect(footerAt(10)).toMatchObject({ footer: 'filter' })
})
