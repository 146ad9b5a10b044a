import { Box } from 'ink'
import { expect, onTestFinished, test } from 'vitest'
import { Pane } from '../../../../src/tui/components/pane.tsx'
import { planOf } from '../../../../src/tui/layout/plan.ts'
import { lineOfText } from '../../../../src/tui/paint/line.ts'
import type { Paint } from '../../../../src/tui/panes/panel.ts'
import { type CanvasPane, openCanvas } from '../../../../src/tui/terminal/canvas.ts'
import { mountOn, rowText } from '../../../frames/render.tsx'
import { contextOf, sampleStore, withUi } from '../../../frames/sample-screens.ts'
import { DARK } from '../../../support/themes.ts'

const SIZE = { columns: 30, rows: 6 }
const CONTEXT = contextOf(sampleStore(), SIZE)
const PLAN = planOf(CONTEXT)
const OTHER_PLAN = planOf(withUi(contextOf(sampleStore()), { view: 'orders' }))

const left: Paint = () => [lineOfText('left')]
const right: Paint = (_, width, height) => [lineOfText(`right ${width}×${height}`)]
const failing: Paint = () => {
  throw new Error('no such column\u{1b}[2J')
}

/** Two panes side by side, 10 columns from the left edge on the second row. */
function TwoPanes({ first = left }: { readonly first?: Paint }) {
  return (
    <Box position="absolute" width={SIZE.columns} height={SIZE.rows} paddingTop={1}>
      <Pane paint={first} width={10} height={2} />
      <Pane paint={right} flexGrow={1} height={3} />
    </Box>
  )
}

/** A canvas that counts mounts and requests. */
function opened() {
  const counts = { mounts: 0, unmounts: 0, requests: 0 }
  const canvas = openCanvas(DARK, () => void counts.requests++)
  const counting = {
    ...canvas,
    mount(pane: CanvasPane) {
      counts.mounts++
      const unmount = canvas.mount(pane)
      return () => {
        counts.unmounts++
        unmount()
      }
    },
  }
  const ink = mountOn(counting, SIZE, <TwoPanes />)
  onTestFinished(() => ink.unmount())
  return { canvas, counts, ink, text: () => canvas.paint(CONTEXT, PLAN)?.map(row => rowText(row).trimEnd()) }
}

const microtask = (): Promise<void> => Promise.resolve()

test('paints each pane into the rectangle that Ink measured, from the first commit on', () => {
  const { canvas, text } = opened()
  canvas.laidOut({ ...SIZE, plan: PLAN })
  expect(text()).toEqual(['', 'left      right 20×3', '', '', '', ''])
})

test('paints nothing before the first layout, nor for another window or plan than the committed one', () => {
  const { canvas } = opened()
  expect(canvas.paint(CONTEXT, PLAN)).toBe(null)
  canvas.laidOut({ ...SIZE, plan: PLAN })
  expect(canvas.paint({ ...CONTEXT, columns: 31 }, PLAN)).toBe(null)
  expect(canvas.paint({ ...CONTEXT, rows: 7 }, PLAN)).toBe(null)
  expect(canvas.paint(CONTEXT, OTHER_PLAN)).toBe(null)
  expect(canvas.paint(CONTEXT, structuredClone(PLAN))).not.toBe(null)
})

test('requests a frame after a layout, in a microtask and not inside the commit', async () => {
  const { canvas, counts } = opened()
  canvas.laidOut({ ...SIZE, plan: PLAN })
  expect(counts.requests).toBe(0)
  await microtask()
  expect(counts.requests).toBe(1)
})

test('requests no frame after a commit that moved nothing, unless a frame waits for it', async () => {
  const { canvas, counts } = opened()
  canvas.laidOut({ ...SIZE, plan: PLAN })
  await microtask()
  canvas.laidOut({ ...SIZE, plan: PLAN })
  await microtask()
  expect(counts.requests).toBe(1)
  expect(canvas.paint(CONTEXT, OTHER_PLAN)).toBe(null)
  canvas.laidOut({ ...SIZE, plan: OTHER_PLAN })
  await microtask()
  expect(counts.requests).toBe(2)
})

test('goes on when the plan changes and changes back before React has committed it', () => {
  const { canvas } = opened()
  canvas.laidOut({ ...SIZE, plan: PLAN })
  expect(canvas.paint(CONTEXT, OTHER_PLAN)).toBe(null)
  expect(canvas.paint(CONTEXT, PLAN)).not.toBe(null)
})

test('shows the fault of a pane that throws in its place; the tree and the other panes stay', () => {
  const { canvas, counts, ink, text } = opened()
  ink.rerender(<TwoPanes first={failing} />)
  canvas.laidOut({ ...SIZE, plan: PLAN })
  expect(text()?.[1]).toBe('!! cannot…right 20×3')
  expect(canvas.paint(CONTEXT, PLAN)?.[1]?.styles[0]).toBe('7')
  ink.rerender(<TwoPanes />)
  canvas.laidOut({ ...SIZE, plan: PLAN })
  expect(text()?.[1]).toBe('left      right 20×3')
  expect(counts.unmounts).toBe(2)
})

test('mounts a pane again only when its paint function is another one', () => {
  const { counts, ink } = opened()
  ink.rerender(<TwoPanes />)
  expect(counts).toMatchObject({ mounts: 2, unmounts: 0 })
  ink.rerender(<TwoPanes first={() => []} />)
  expect(counts).toMatchObject({ mounts: 3, unmounts: 1 })
})

test('neither paints nor requests a frame once it is closed, whatever the tree still does', async () => {
  const { canvas, counts, ink } = opened()
  canvas.laidOut({ ...SIZE, plan: PLAN })
  canvas.close()
  await microtask()
  ink.unmount()
  canvas.laidOut({ ...SIZE, plan: OTHER_PLAN })
  await microtask()
  expect(counts.requests).toBe(0)
  expect(canvas.paint(CONTEXT, PLAN)).toBe(null)
})

test('reports a pane outside a canvas', async () => {
  const ink = mountOn(null, SIZE, <TwoPanes />)
  await expect(ink.waitUntilExit()).rejects.toThrow('a pane needs a CanvasContext')
})
