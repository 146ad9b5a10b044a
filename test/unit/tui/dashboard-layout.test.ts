import { expect, test } from 'vitest'
import { madeOrder, readAt, resetEvent } from '../../support/samples.ts'
import { indexAt, opened } from './opened-dashboard.ts'

test('handles keys that arrive in one chunk one after the other', async () => {
  const { seen, press } = opened()
  await press('/short\r')
  expect(seen().text()).toContain('filter "short"')
  expect(seen().text()).toContain('▸ ok   iso SHORT')
  expect(seen().text()).toContain('?help')
  await press('/x')
  expect(seen().text()).toContain('/ shortx█')
  await press('yz\r2?')
  expect(seen().text()).toContain('── KEYS')
  await press('?')
  expect(seen().text()).toContain('filter "shortxyz"')
})

test('opens and closes views, overlays and the filter prompt', async () => {
  const { seen, press } = opened()
  const shows: [string, string][] = [
    ['3', 'ORDERS 1'],
    ['6', 'DIAGNOSTICS'],
    ['?', '── KEYS'],
    ['A', '── ALERTS'],
    ['A', 'DIAGNOSTICS'],
    ['1', '── POSITIONS'],
    ['/', 'Enter keeps it, Esc clears it'],
    ['\r', '?help'],
  ]
  for (const [key, text] of shows) {
    await press(key)
    expect(seen().text()).toContain(text)
  }
})

test('draws a frame whose plan has changed only in the new layout', async () => {
  const { seen, clock, store, writes } = opened()
  await clock.advance(1_000)
  const orders = Array.from({ length: 2 }, (_, n) => madeOrder({ id: `order-${n}` }))
  const now = clock.nowMs()
  const before = writes.length
  store.dispatch(resetEvent(now, { isolatedOrders: readAt(now, orders) }))
  store.dispatch(indexAt(now, 70_000))
  await clock.advance(250)
  const rows = seen().text().split('\n')
  const at = rows.findIndex(row => row.includes('ORDERS 2'))
  expect(rows.slice(at + 1, at + 3).every(row => row.includes('limit BUY'))).toBe(true)
  expect(rows[at + 3]).toContain('── EVENTS')
  expect(seen().text()).toContain('idx 70,000.0')
  expect(writes.length - before).toBe(1)
})

test('writes no frame between a resize and the layout for it, whatever asks for one', async () => {
  const { dashboard, seen, clock, store, stdout, writes, resize } = opened()
  await clock.advance(1_000)
  const before = writes.length
  resize(120, 40)
  store.dispatch(indexAt(clock.nowMs(), 70_000))
  dashboard.redraw()
  stdout.emit('drain')
  expect(writes.length).toBe(before)
  await clock.settle()
  expect(seen().text().split('\n').length).toBe(40)
  expect(seen().text()).toContain('PRICE LADDER')
})

test('survives a storm of resizes and ends with the last size', async () => {
  const { seen, clock, store, resize } = opened()
  await clock.settle()
  for (let step = 0; step < 60; step++) {
    resize(20 + ((step * 37) % 200), 2 + ((step * 23) % 70))
    store.dispatch(indexAt(clock.nowMs(), 68_000 + step))
    if (step % 7 === 0) await clock.advance(step)
    expect(seen().counts.unknown).toEqual([])
  }
  resize(100, 30)
  await clock.settle()
  expect(seen().text()).toContain('CLOSE@')
  expect(seen().text().split('\n').at(-2)).toContain('to liquidation')
})

test('writes everything again after a resize that ends at the size before', async () => {
  const { seen, clock, resize } = opened()
  await clock.settle()
  const before = seen().text()
  resize(100, 30)
  resize(80, 24)
  await clock.settle()
  expect(seen().text()).toBe(before)
})

test('takes the size that the window has when it is resumed', async () => {
  const { dashboard, seen, clock, resize } = opened()
  await clock.settle()
  dashboard.suspend()
  resize(120, 40)
  await clock.settle()
  expect(seen().text().trim()).toBe('')
  dashboard.resume()
  await clock.settle()
  expect(seen().text()).toContain('PRICE LADDER')
})

test('shows the fault of a pane in its place and keeps the header, the risk line and the keys', async () => {
  let isBroken = false
  const localOffsetMinutes = (): number => {
    if (isBroken) throw new RangeError('no such zone')
    return 0
  }
  const { dashboard, seen, clock, press } = opened({ localOffsetMinutes })
  await clock.advance(1_000)
  isBroken = true
  await clock.advance(1_000)
  expect(seen().text()).toContain('● LIVE  ws direct  age 2.4s')
  expect(seen().text()).toContain('!! cannot be drawn, please report: no such zone')
  expect(seen().text().split('\n').at(-2)).toContain('‼ CRIT ISO LONG 7f3a')
  isBroken = false
  await press('u')
  expect(seen().text()).not.toContain('cannot be drawn')
  expect(seen().text()).toContain('EQUITY 0.12843703 BTC')
  await press('q')
  expect(await dashboard.done).toBe('quit')
})

test('shows the time by the clock of the exchange, and how far a clock that was set back is off', async () => {
  const { dashboard, seen, clock, press } = opened()
  await clock.advance(1_000)
  expect(seen().text()).toContain('18:47:41Z')
  clock.setBack(3_600_000)
  await clock.advance(1_000)
  expect(seen().text()).toContain('18:47:42Z')
  expect(seen().text()).toContain('clock +1h')
  expect(seen().text()).toContain('● LIVE')
  await press('q')
  expect(await dashboard.done).toBe('quit')
})

test('rejects when the tree of components fails, leaves the screen as it is, and restores the terminal', async () => {
  const { dashboard, seen, clock } = opened({
    ref: () => {
      throw new Error('no keyboard')
    },
  })
  const failed = expect(dashboard.done).rejects.toThrow('no keyboard')
  await clock.settle()
  await failed
  expect(seen().text()).toContain('‼ CRIT ISO LONG 7f3a')
  dashboard.close()
  expect(seen().modes).toMatchObject({ alternate: false, cursorShown: true, wraps: true })
})
