import { describe, expect, test } from 'vitest'
import { usd } from '../../src/domain/units.ts'
import type { Store } from '../../src/store/store.ts'
import { openStore } from '../../src/store/store.ts'
import { lineOfText, textOfLine } from '../../src/tui/paint/line.ts'
import { wrapLine } from '../../src/tui/paint/wrap.ts'
import { connectionPanel } from '../../src/tui/panes/connection.ts'
import { NO_ALERTS } from '../../src/tui/view/view-model.ts'
import { madeOrder, madePosition, readAt, resetEvent, statusEvent } from '../support/samples.ts'
import { failed, impairedStore, NOW } from './part-screens.ts'
import { contextOf, READ_AT, read, sampleStore, withUi } from './sample-screens.ts'

/** Eight positions and two orders, of which the second is past the liquidation of the first position. */
function eightPositions(): Store {
  const store = openStore()
  const isolated = Array.from({ length: 8 }, (_, index) => madePosition({ id: `p${index}` }))
  const orders = [
    madeOrder({ id: 'near', priceUsd: usd(68_240), quantityUsd: 2_500 }),
    madeOrder({ id: 'trap', priceUsd: usd(66_500) }),
  ]
  store.dispatch(
    resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated), isolatedOrders: readAt(READ_AT, orders) }),
  )
  store.dispatch(statusEvent(READ_AT))
  return store
}

const ordersOf = (text: string): readonly string[] => {
  const lines = text.split('\n')
  const start = lines.findIndex(line => line.includes(' ORDERS '))
  const length = lines.slice(start + 1).findIndex(line => /^(──|‼)/.test(line))
  return lines.slice(start + 1, start + 1 + length)
}

describe('orders on a small screen', () => {
  test('have the row that events do not fill', () => {
    const text = read(contextOf(eightPositions(), { columns: 80, rows: 25, alerts: NO_ALERTS }))
    expect(ordersOf(text)).toHaveLength(2)
  })

  test.each([56, 80])(
    'are named in a single row at %i columns: the one past a liquidation, or the selected',
    columns => {
      const context = contextOf(eightPositions(), { columns, rows: columns === 56 ? 20 : 22 })
      const [line = '', ...others] = ordersOf(read(context))
      expect(others).toEqual([])
      expect(line).toMatch(/limit BUY {2}10,000 \$ @ 66,500\.0 .*past LIQ .*\+1 more$/)
      const focused = withUi(context, { focus: 'orders', selectedOrderId: 'near' })
      expect(ordersOf(read(focused))[0]).toMatch(/▸ limit BUY +2,500 \$ @ 68,240\.0 .*\+1 more$/)
    },
  )
})

test('a wrapped line keeps a number and its unit together', () => {
  for (let columns = 8; columns <= 40; columns += 1) {
    const lines = wrapLine(
      lineOfText('paid 1,234 sat of 5.5 USD, and 7 sats: 3 usdt 9 $ each'),
      columns,
      2,
    ).map(textOfLine)
    for (const line of lines) expect(line).not.toMatch(/^ *((sats?|USD)\b|\$)/)
  }
})

test('the total of the next funding is visible also with many positions', () => {
  const context = withUi(contextOf(eightPositions(), { columns: 56, rows: 12 }), {
    view: 'funding',
    focus: 'funding',
  })
  const text = read(context)
  expect(text).toMatch(/NEXT .*\n.*\n? *TOTAL +≈ /)
  expect(text).toMatch(/\+\d+ more/)
})

test('a known free balance keeps its place before an unknown margin', () => {
  const store = impairedStore({ isolatedPositions: failed('failed', 'HTTP 503') })
  const text = read(contextOf(store, { columns: 56, rows: 20 }, NOW))
  expect(text).toMatch(/EQUITY ···.* FREE \d/)
})

test('the box of the connection wraps the last unreadable message, and counts what it has no rows for', () => {
  const store = sampleStore()
  const message = '127.0.0.1:27101 answered 500 Internal Server Error to GET /v3/account'
  store.dispatch({ type: 'fault', at: READ_AT, fault: { where: 'GET /v3/account', message } } as never)
  const panel = connectionPanel(contextOf(store, { columns: 200, rows: 60 }))
  const draw = (height: number): readonly string[] => panel.draw(68, height).map(textOfLine)
  const whole = draw(panel.preferredHeight)
  expect(whole.join(' ').replace(/ +/g, ' ')).toContain(message)
  for (const line of whole) expect(line.trimEnd().length).toBeLessThanOrEqual(68)
  expect(draw(3).at(-1)).toMatch(/^ \+\d+ more: 6 shows all$/)
})
