import { expect, test } from 'vitest'
import { openStore } from '../../../src/store/store.ts'
import { changeEvent, T0 } from '../../support/samples.ts'
import { DARK } from '../../support/themes.ts'
import { indexAt, opened, priceAt } from './opened-dashboard.ts'

test('draws the first frame at once on the alternate screen with the cursor hidden', async () => {
  const { seen, clock } = opened()
  await clock.settle()
  expect(seen().text()).toContain('▸ CRIT iso LONG   10,000')
  expect(seen().modes).toMatchObject({
    alternate: true,
    cursorShown: false,
    wraps: false,
    synchronized: false,
  })
  expect(seen().counts.unknown).toEqual([])
})

test('draws a thousand changes within a second in at most five frames, the last change included', async () => {
  const { seen, clock, store } = opened()
  await clock.settle()
  const before = seen().counts.frames
  for (let count = 0; count < 1_000; count++) {
    await clock.advance(1)
    store.dispatch(indexAt(clock.nowMs(), 68_000 + count / 2))
  }
  await clock.advance(250)
  expect(seen().counts.frames - before).toBeLessThanOrEqual(6)
  expect(seen().text()).toContain('idx 68,499.5')
})

test('writes nothing for a change that is not visible', async () => {
  const { clock, store, writes } = opened()
  await clock.advance(40_050)
  const before = writes.length
  store.dispatch(changeEvent(clock.nowMs(), { kind: 'candles', range: '1w', candles: [] }))
  await clock.advance(300)
  expect(writes.length).toBe(before)
})

test('counts the age and turns stale on time while no data arrives', async () => {
  const { seen, clock } = opened()
  await clock.advance(5_000)
  expect(seen().text()).toContain('◐ quiet 5.4s  ws direct')
  // The read of the snapshot started 480 ms before T0.
  await clock.advance(24_520)
  expect(seen().text()).toContain('◐ quiet 29s')
  await clock.advance(1)
  expect(seen().text()).toContain('✗ iso positions STALE 30s +2')
  // The prices arrived at the end of the read.
  await clock.advance(80)
  expect(seen().text()).toContain('✗ STALE 30s')
  expect(seen().text()).toContain('NOT LIVE')
})

test('writes at most 300 bytes a second while live and idle', async () => {
  const { clock, store, writes } = opened()
  await clock.advance(2_000)
  const before = writes.join('').length
  for (let second = 0; second < 20; second++) {
    await clock.advance(1_000)
    store.dispatch(priceAt(clock.nowMs(), 68_420.5))
    store.dispatch(indexAt(clock.nowMs(), 68_412))
  }
  expect((Buffer.byteLength(writes.join('')) - before) / 20).toBeLessThanOrEqual(300)
})

test('draws the result of a key without waiting for the next frame of the data', async () => {
  const { seen, press } = opened()
  await press('jj')
  expect(seen().text()).toContain('▸ ok   X   LONG')
  await press('u')
  expect(seen().text()).toContain('EQUITY 0.12843703 BTC')
  await press('?')
  expect(seen().text()).toContain('axisor only reads')
})

test('holds the numbers while frozen and shows the newest afterwards', async () => {
  const { seen, press, clock, store } = opened()
  await press('f')
  await clock.advance(42_000)
  store.dispatch(indexAt(clock.nowMs(), 70_000))
  await clock.advance(250)
  expect(seen().text()).toContain('‖ FROZEN by you 0:42')
  expect(seen().text()).toContain('idx~68,412.0')
  await press('f')
  expect(seen().text()).toMatch(/idx[ ~]70,000\.0/)
})

test('resyncs on r, suspends on Ctrl-Z, and rings once for a new alert', async () => {
  const { press, actions, clock } = opened()
  await clock.advance(3_000)
  await press('r')
  await press('\u{1a}')
  expect(actions).toEqual(['bell', 'resync', 'suspend'])
})

test.each(['q', '\u{3}'])('quits on %j and restores the terminal', async key => {
  const { dashboard, press, seen, raw } = opened()
  await press(key)
  expect(await dashboard.done).toBe('quit')
  dashboard.close()
  expect(seen().modes).toEqual({
    alternate: false,
    cursorShown: true,
    wraps: true,
    synchronized: false,
    title: '',
    styled: false,
    mouse: false,
    sgrMouse: false,
  })
  expect(raw.at(-1)).toBe(false)
})

test('restores the terminal in the turn of closing, leaves no timer, and can be closed twice', async () => {
  const { dashboard, alerts, clock, seen, writes, store } = opened()
  await clock.settle()
  dashboard.close()
  await alerts.close()
  expect(seen().modes).toMatchObject({ alternate: false, cursorShown: true })
  const before = writes.length
  dashboard.close()
  store.dispatch(indexAt(T0, 1))
  await clock.advance(5_000)
  expect(writes.length).toBe(before)
  expect(clock.pendingTimers()).toBe(0)
  expect(await dashboard.done).toBe('quit')
})

test('can be closed before the first frame', async () => {
  const { dashboard, seen, clock } = opened({ store: openStore() })
  dashboard.close()
  await clock.advance(2_000)
  expect(seen().modes).toMatchObject({ alternate: false, cursorShown: true })
})

test('draws the whole screen after a resize', async () => {
  const { resize, seen, clock } = opened()
  await clock.settle()
  resize(120, 40)
  await clock.settle()
  expect(seen().text()).toContain('PRICE LADDER')
  resize(30, 3)
  await clock.settle()
  expect(seen().text().trimEnd()).toBe('BTC 68,412 | +400,551 sat\nCRIT L10k 2.35% | live 0.4s')
  expect(seen().counts.unknown).toEqual([])
})

test('restores the terminal and writes nothing while suspended, and draws everything when resumed', async () => {
  const { dashboard, clock, seen, raw, writes, store } = opened()
  await clock.advance(1_000)
  dashboard.suspend()
  expect(seen().modes).toMatchObject({ alternate: false, cursorShown: true, wraps: true })
  expect(raw.at(-1)).toBe(false)
  const before = writes.length
  store.dispatch(indexAt(clock.nowMs(), 70_000))
  await clock.advance(3_000)
  expect(writes.length).toBe(before)
  dashboard.resume()
  await clock.settle()
  expect(seen().modes).toMatchObject({ alternate: true, cursorShown: false })
  expect(raw.at(-1)).toBe(true)
  expect(seen().text()).toContain('idx 70,000.0')
})

test('repairs the output of another program on redraw', async () => {
  const { dashboard, clock, seen } = opened()
  await clock.settle()
  const good = seen().text()
  seen().write('\u{1b}[5;1Hgarbage')
  expect(seen().text()).not.toBe(good)
  dashboard.redraw()
  expect(seen().text()).toBe(good)
})

test('draws without keys if stdin is not a terminal', async () => {
  const { press, seen, dashboard } = opened({ stdinIsTerminal: false })
  await press('q')
  expect(seen().text()).toContain('● LIVE')
  dashboard.close()
  expect(seen().modes.alternate).toBe(false)
})

test('ends if the output breaks', async () => {
  const { stdout, dashboard } = opened()
  stdout.emit('error', new Error('EIO'))
  expect(await dashboard.done).toBe('quit')
})

test('draws the same screen in the colors of the background that the terminal reports, late or not', async () => {
  let report: (background: 'dark' | 'light') => void = () => {}
  const onChange = (listener: typeof report): void => {
    report = listener
  }
  const { seen, clock, writes } = opened({
    theme: { ...DARK, name: 'auto', colorDepth: 8 },
    probe: { onChange },
  })
  await clock.settle()
  const look = () => seen().cells()[6]?.[38]?.look
  const before = seen().text()
  expect(look()).toBe('38;5;210')
  report('light')
  await clock.settle()
  expect([look(), seen().text()]).toEqual(['38;5;124', before])
  const written = writes.length
  report('light')
  await clock.settle()
  expect(writes.length).toBe(written)
})

test('changes the theme from the palette, and keeps it when the terminal tells its background', async () => {
  const listeners: ((background: 'dark' | 'light') => void)[] = []
  const onChange = (listener: (typeof listeners)[number]): void => void listeners.push(listener)
  const { press, writes, clock } = opened({ probe: { onChange } as never })
  await clock.settle()
  const colored = /\x1b\[(?:[\d;]*;)?(?:3[0-7]|38|9[0-7])(?:;[\d;]*)?m/
  expect(writes.join('')).toMatch(colored)
  await press(':theme mono\r')
  writes.length = 0
  for (const listener of listeners) listener('light')
  await press('?')
  await press('1')
  expect(writes.join('')).not.toMatch(colored)
})

test('opens no prompt on a screen that has no line for it, and closes one that loses it', async () => {
  const { resize, press, seen, clock, dashboard } = opened()
  let hasQuit = false
  void dashboard.done.then(() => {
    hasQuit = true
  })
  await press(':')
  resize(39, 7)
  await clock.advance(1_000)
  await press(':u')
  resize(80, 24)
  await clock.advance(1_000)
  expect(seen().text()).not.toContain('COMMANDS')
  resize(39, 7)
  await clock.advance(1_000)
  await press('/q')
  expect(hasQuit).toBe(true)
})
