import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatNumber } from '../../src/domain/format.ts'
import { openStore } from '../../src/store/store.ts'
import { INITIAL_UI, SORTS } from '../../src/tui/input/ui-state.ts'
import { madeHistory } from '../support/made-history.ts'
import { madeOrder, madePosition, readAt, resetEvent, statusEvent } from '../support/samples.ts'
import { paintedOf, rowText } from './render.tsx'
import { contextOf, READ_AT, sampleStore, withUi } from './sample-screens.ts'

/** Each has a quantity of its own, by which it is known on the screen. */
const positionQuantity = (index: number): number => 1_001 + index
const orderQuantity = (index: number): number => 5_001 + index

const SIZES = [
  { columns: 56, rows: 20 },
  { columns: 79, rows: 24 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
]

test('finds on each line exactly the position or the order that it shows', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SIZES),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 12 }),
      fc.nat(),
      fc.constantFrom(...SORTS),
      fc.boolean(),
      (size, positions, orders, selected, by, isReversed) => {
        const isolated = Array.from({ length: positions }, (_, index) =>
          madePosition({ id: `p${index}`, quantityUsd: positionQuantity(index), openedAt: READ_AT - index }),
        )
        const placed = Array.from({ length: orders }, (_, index) =>
          madeOrder({ id: `o${index}`, quantityUsd: orderQuantity(index) }),
        )
        const store = openStore()
        store.dispatch(
          resetEvent(READ_AT, {
            isolated: readAt(READ_AT, isolated),
            isolatedOrders: readAt(READ_AT, placed),
          }),
        )
        store.dispatch(statusEvent(READ_AT))
        const ui = {
          ...INITIAL_UI,
          sort: { by, order: isReversed ? ('reversed' as const) : ('usual' as const) },
          selectedId: `p${selected % (positions + 1)}`,
          selectedOrderId: `o${selected % (orders + 1)}`,
        }
        const { screen, hit } = paintedOf(withUi(contextOf(store, size), ui))
        const shown = new Set<string>()
        for (const [y, row] of screen.entries()) {
          const found = hit(4, y)
          const text = rowText(row).slice(
            0,
            size.columns === 200 && found?.zone === 'orders' ? 66 : undefined,
          )
          const isRow = /^(│ )?[▸ ]./.test(text)
          const position = isolated.find(({ quantityUsd }) => text.includes(` ${formatNumber(quantityUsd)} `))
          const order = placed.find(({ quantityUsd }) => text.includes(` ${formatNumber(quantityUsd)} $`))
          if (found?.zone === 'positions' && isRow && found.row !== 'cross')
            expect([y, found.row]).toEqual([y, position?.id ?? null])
          if (found?.zone === 'orders' && isRow) expect([y, found.row]).toEqual([y, order?.id ?? null])
          if (found?.row != null) shown.add(found.row)
        }
        if (positions > 0) expect([...shown].some(id => id.startsWith('p') || id === 'cross')).toBe(true)
      },
    ),
    { numRuns: 100 },
  )
})

test('finds the closed trades by their ids in the history and in the wide overview', () => {
  const history = madeHistory()
  for (const [view, size] of [
    ['history', { columns: 80, rows: 24 }],
    ['overview', { columns: 200, rows: 60 }],
  ] as const) {
    const context = withUi(contextOf(sampleStore(), { ...size, history }), { view, focus: 'closed' })
    const { hit, screen } = paintedOf(context)
    const x = view === 'history' ? 4 : 70
    const found = screen.flatMap((_, y) => hit(x, y) ?? []).filter(({ zone }) => zone === 'closed')
    const ids = found.flatMap(({ row }) => row ?? [])
    expect(ids.length).toBeGreaterThan(1)
    expect(ids).toEqual(ids.map((_, index) => history.rows.at(index)?.id))
  }
})

test('finds an overlay anywhere on it, the commands of the palette, and nothing on the lines around', () => {
  const detail = paintedOf(withUi(contextOf(sampleStore()), { overlay: 'detail' }))
  expect(detail.hit(79, 10)).toEqual({ zone: 'overlay', row: null })
  expect(detail.hit(0, 0)).toBe(null)
  expect(detail.hit(0, 23)).toBe(null)
  expect(detail.hit(80, 10)).toBe(null)
  const { hit, screen } = paintedOf(withUi(contextOf(sampleStore()), { palette: { text: 'unit', index: 0 } }))
  const y = screen.findIndex(row => rowText(row).includes('unit BTC'))
  expect(hit(30, y)).toEqual({ zone: 'palette', row: 'unit BTC' })
  expect(hit(3, 23)).toEqual({ zone: 'palette', row: null })
})
