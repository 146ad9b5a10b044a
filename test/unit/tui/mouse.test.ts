import { describe, expect, test } from 'vitest'
import { opened } from './opened-dashboard.ts'

const OFF = { mouse: false, sgrMouse: false }
const ON = { mouse: true, sgrMouse: true }

type Opened = ReturnType<typeof opened>

/** The row of the screen, from 1, whose text contains this. */
function rowOf({ seen }: Opened, text: string): number {
  const row = seen()
    .text()
    .split('\n')
    .findIndex(line => line.includes(text))
  if (row === -1) throw new Error(`not on the screen: ${text}\n${seen().text()}`)
  return row + 1
}

/** Presses and releases the left button on the row with this text. */
async function click(screen: Opened, text: string): Promise<void> {
  const at = `6;${rowOf(screen, text)}`
  await screen.press(`\x1b[<0;${at}M\x1b[<0;${at}m`)
}

async function wheel(screen: Opened, text: string, button: 64 | 65): Promise<void> {
  await screen.press(`\x1b[<${button};6;${rowOf(screen, text)}M`)
}

async function started(options: Parameters<typeof opened>[0] = {}): Promise<Opened> {
  const screen = opened(options)
  await screen.clock.settle()
  return screen
}

describe('a click', () => {
  test('selects the position under it, and another one on it opens it', async () => {
    const screen = await started()
    await click(screen, 'SHORT   5,000')
    expect(screen.seen().text()).toContain('▸ ok   iso SHORT   5,000')
    expect(screen.seen().text()).not.toContain('── POSITION ─')
    await click(screen, 'SHORT   5,000')
    expect(screen.seen().text()).toContain('── POSITION ─')
    expect(screen.seen().text()).toContain('c21e SHORT')
  })

  test('on the row that is selected already opens it the second time only', async () => {
    const screen = await started()
    await click(screen, 'LONG   10,000')
    expect(screen.seen().text()).toContain('── POSITIONS 3')
    await click(screen, 'LONG   10,000')
    expect(screen.seen().text()).toContain('── POSITION ─')
  })

  test('opens nothing if a key came between the two', async () => {
    const screen = await started()
    await click(screen, 'SHORT   5,000')
    await screen.press('u')
    await click(screen, 'SHORT   5,0')
    expect(screen.seen().text()).toContain('── POSITIONS 3')
  })

  test('gives the pane the focus, selects the order, and opens it', async () => {
    const screen = await started()
    await click(screen, 'limit BUY')
    expect(screen.seen().text()).toContain('─▸ ORDERS 1')
    expect(screen.seen().text()).toContain('▸ limit BUY')
    await click(screen, 'limit BUY')
    expect(screen.seen().text()).toContain('── ORDER ─')
    await screen.press('1')
    await click(screen, '── EVENTS')
    expect(screen.seen().text()).toContain('─▸ EVENTS')
  })

  test('selects a closed trade and opens its story, also in the wide overview', async () => {
    const screen = await started()
    await screen.press('4')
    await click(screen, 'aa17 SHORT')
    expect(screen.seen().text()).toMatch(/▸.* aa17 SHORT/)
    await click(screen, 'aa17 SHORT')
    expect(screen.seen().text()).toContain('── STORY aa17 SHORT')
    await screen.press('1')
    screen.resize(200, 60)
    await screen.clock.settle()
    const row = rowOf(screen, '91b0 LONG')
    const column = (screen.seen().text().split('\n')[row - 1] ?? '').indexOf('91b0 LONG') + 1
    await screen.press(`\x1b[<0;${column};${row}M`)
    expect(screen.seen().text()).toContain('▸ CLOSED 2')
    await screen.press(`\x1b[<0;${column};${row}M`)
    expect(screen.seen().text()).toContain('── STORY 91b0 LONG')
  })

  test('outside the panes and outside the screen has no effect', async () => {
    const screen = await started()
    const before = screen.writes.length
    await screen.press('\x1b[<0;1;1M\x1b[<0;40;23M\x1b[<0;81;25M\x1b[<0;9999;9999M')
    expect(screen.writes.length).toBe(before)
  })

  test('runs the command of the palette under it the second time', async () => {
    const screen = await started()
    await screen.press(':unit')
    await click(screen, 'amounts in USD')
    expect(screen.seen().text()).toContain('▸ unit USD')
    await click(screen, 'amounts in USD')
    expect(screen.seen().text()).toContain('EQUITY 8,786.63 USD')
    expect(screen.seen().text()).not.toContain('COMMANDS')
  })
})

describe('the wheel', () => {
  test('scrolls the pane under it and leaves the focus', async () => {
    const screen = await started()
    screen.resize(80, 18)
    await screen.clock.settle()
    expect(screen.seen().text()).toMatch(/\+\d+ more: \d+ below/)
    await wheel(screen, '── EVENTS', 65)
    expect(screen.seen().text()).toMatch(/\+\d+ more: 3 above/)
    expect(screen.seen().text()).toContain('── EVENTS')
    await wheel(screen, '── EVENTS', 64)
    expect(screen.seen().text()).toMatch(/\+\d+ more: \d+ below/)
  })

  test('scrolls what covers the view', async () => {
    const screen = await started()
    screen.resize(60, 20)
    await screen.clock.settle()
    await screen.press('?')
    await wheel(screen, '── KEYS', 65)
    expect(screen.seen().text()).toMatch(/\+\d+ more: 3 above/)
  })

  test('moves the selection of a list', async () => {
    const screen = await started()
    await wheel(screen, 'LONG   10,000', 65)
    expect(screen.seen().text()).toContain('▸ ok   iso SHORT')
  })
})

test('takes reports that arrive in parts, between keys, and never as keys', async () => {
  const screen = await started()
  const row = rowOf(screen, 'SHORT   5,000')
  await screen.press('\x1b[<0;6')
  await screen.press(`;${row}`)
  expect(screen.seen().text()).toContain('▸ CRIT iso LONG')
  await screen.press('Mu')
  expect(screen.seen().text()).toContain('▸ ok   iso SHORT')
  expect(screen.seen().text()).toContain('EQUITY 0.12843703 BTC')
  await screen.press('\x1b[<0;q;q;qMqqM'.replaceAll('q', '9'))
  expect(screen.seen().text()).toContain('EQUITY 0.12843703 BTC')
})

describe('the modes of the mouse', () => {
  test('are on while the dashboard has the terminal, and off when it is closed', async () => {
    const { seen, dashboard } = await started()
    expect(seen().modes).toMatchObject(ON)
    dashboard.close()
    expect(seen().modes).toMatchObject(OFF)
  })

  test('are off while it is suspended, and on again when it continues', async () => {
    const { seen, dashboard, clock } = await started()
    dashboard.suspend()
    expect(seen().modes).toMatchObject(OFF)
    dashboard.resume()
    await clock.settle()
    expect(seen().modes).toMatchObject(ON)
    dashboard.suspend()
    dashboard.close()
    expect(seen().modes).toMatchObject(OFF)
  })

  test('are set again after the process was stopped and a shell has reset them', async () => {
    const { seen, dashboard } = await started()
    seen().write('\x1b[?1000l\x1b[?1006l')
    dashboard.redraw()
    expect(seen().modes).toMatchObject(ON)
  })

  test('are never set with --no-mouse nor without a terminal to read from, and reports have no effect', async () => {
    for (const options of [{ mouse: false }, { stdinIsTerminal: false }]) {
      const screen = await started(options)
      await click(screen, 'SHORT   5,000')
      screen.dashboard.redraw()
      expect(screen.seen().text()).toContain('▸ CRIT iso LONG')
      screen.dashboard.close()
      expect(screen.writes.join('')).not.toMatch(/\?100[0-9]/)
    }
  })
})
