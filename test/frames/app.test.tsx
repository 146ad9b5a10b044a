import { Box } from 'ink'
import { cleanup, render } from 'ink-testing-library'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { App } from '../../src/tui/components/app.tsx'
import { CanvasContext } from '../../src/tui/components/canvas-context.ts'
import { Pane } from '../../src/tui/components/pane.tsx'
import { openController } from '../../src/tui/controller.ts'
import { ENGLISH } from '../../src/tui/lang/translate.ts'
import { LINES, RULED } from '../../src/tui/panes/paints.ts'
import { type CanvasPane, openCanvas } from '../../src/tui/terminal/canvas.ts'
import { openDefaultAlerts } from '../support/alert-log.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { T0 } from '../support/samples.ts'
import { DARK } from '../support/themes.ts'
import { screenText } from './render.tsx'
import { contextOf, sampleStore } from './sample-screens.ts'

/** The library's terminal is always 100 columns wide; Ink takes the rows from the environment. */
const SIZE = { columns: 100, rows: 30 }

beforeEach(() => {
  vi.stubEnv('COLUMNS', '100')
  vi.stubEnv('LINES', '30')
})

afterEach(() => {
  cleanup()
  vi.unstubAllEnvs()
})

/** The app on its real controller, without a dashboard around it. */
async function mounted() {
  const clock = openFakeClock(T0)
  const panes = new Set<CanvasPane>()
  const canvas = openCanvas(DARK, () => {})
  const counting = {
    ...canvas,
    mount(pane: CanvasPane) {
      panes.add(pane)
      const unmount = canvas.mount(pane)
      return () => {
        panes.delete(pane)
        unmount()
      }
    },
  }
  const store = sampleStore()
  const controller = openController({
    accounts: [
      {
        profile: 'main',
        address: 'test',
        store,
        alerts: openDefaultAlerts(store, clock),
        history: null,
        actions: { resync: () => {} },
      },
    ],
    clock,
    localOffsetMinutes: () => -180,
    httpEveryMs: 5_000,
    unicode: true,
    t: ENGLISH,
    numberFormat: 'en',
    pace: 'full',
    mouse: true,
    actions: { suspend: () => {}, exportCsv: async () => '' },
    quit: () => {},
    changed: () => {},
  })
  controller.frame(SIZE)
  const { stdin, lastFrame } = render(<App canvas={counting} controller={controller} />)
  await clock.settle()
  return {
    lastFrame,
    panes,
    /** The paint functions of the mounted panes. */
    paints: () => [...panes].map(({ paint }) => paint),
    async press(keys: string) {
      stdin.write(keys)
      controller.frame(SIZE)
      await clock.settle()
    },
    text() {
      const { context, plan } = controller.frame(SIZE)
      return screenText(canvas.paint(context, plan) ?? [])
    },
  }
}

test('mounts the panes of a view and unmounts them with it', async () => {
  const { paints, press, text } = await mounted()
  expect(paints()).toContain(RULED.positions)
  expect(text()).toContain('POSITIONS 3')
  await press('3')
  expect(paints()).toContain(RULED.orders)
  expect(paints()).not.toContain(RULED.positions)
  expect(text()).not.toContain('POSITIONS')
})

test('mounts the filter prompt in place of the keys, and the keys again after Enter', async () => {
  const { paints, press, text } = await mounted()
  await press('/')
  expect(paints()).toContain(LINES.filter)
  expect(paints()).not.toContain(LINES.keys)
  await press('long\r')
  expect(paints()).toContain(LINES.keys)
  expect(text()).toContain('filter "long"')
})

test('mounts no pane again for a key, a new frame or a new plan that keeps it', async () => {
  const { panes, press } = await mounted()
  const before = [...panes]
  await press('u')
  await press('j')
  expect([...panes].every(pane => before.includes(pane))).toBe(true)
  expect(panes.size).toBe(before.length)
  await press('?')
  const kept = before.filter(pane => panes.has(pane)).map(({ paint }) => paint)
  expect(kept).toEqual([LINES.header, LINES.market, LINES.equity, LINES.profit, LINES.risk, LINES.keys])
})

test('leaves Ink without any output: all text is in the cells of the canvas', async () => {
  const { lastFrame, press, text } = await mounted()
  expect(lastFrame()).toBe('')
  await press('A')
  expect(lastFrame()).toBe('')
  expect(text()).toContain('ALERTS')
})

test('shows one pane alone', () => {
  const context = contextOf(sampleStore(), SIZE)
  const plan = { shape: 'tiny' } as const
  const canvas = openCanvas(DARK, () => {})
  render(
    <CanvasContext value={canvas}>
      <Box position="absolute" width={76} paddingLeft={2}>
        <Pane paint={RULED.orders} height={3} flexGrow={1} />
      </Box>
    </CanvasContext>,
  )
  canvas.laidOut({ ...SIZE, plan })
  expect(screenText(canvas.paint(context, plan) ?? []).trimEnd()).toBe(
    [
      `  ── ORDERS 1 ${'─'.repeat(62)}`,
      '    limit BUY  10,000 $ @ 66,500.0  iso 20x  2.80% below bid past LIQ',
    ].join('\n'),
  )
})
