import { type DOMElement, measureElement } from 'ink'
import type { RefObject } from 'react'
import { isSamePlan } from '../layout/same-plan.ts'
import type { Plan } from '../layout/screen-plan.ts'
import type { Theme } from '../paint/theme.ts'
import type { Paint } from '../panes/panel.ts'
import type { RenderContext } from '../view/render-context.ts'
import { cellPainterOf } from './cell-painter.ts'
import type { CellRow } from './cell-row.ts'
import { type Hit, hitAt } from './hit.ts'
import { type DrawnPane, drawPanes, type Fading, type PlacedPane, paintPanes } from './paint-panes.ts'

/** A mounted pane: its box in Ink's tree and what it shows. */
export interface CanvasPane {
  readonly node: RefObject<DOMElement | null>
  readonly paint: Paint
  readonly fades: Fading
}

/** The window and the plan of a committed tree. */
interface Layout {
  readonly columns: number
  readonly rows: number
  readonly plan: Plan
}

/** Joins Ink's layout and the cells: panes mount on it, and each frame is painted into the rectangles that Ink gave them. */
export interface Canvas {
  /** Adds a pane; the returned function removes it. */
  mount(pane: CanvasPane): () => void
  /** Measures the panes after a commit. Requests a frame if a pane was mounted, moved or resized, or if a frame waits for this. */
  laidOut(layout: Layout): void
  /** Returns the cells of a frame; null while the committed tree has another window or plan. `laidOut` then requests the frame again. */
  paint(context: RenderContext, plan: Plan): readonly CellRow[] | null
  /** Paints later frames in another theme. */
  setTheme(theme: Theme): void
  /** What the last frame has at a cell; null if that is nothing for the mouse. */
  hit(column: number, row: number): Hit | null
  /** Ends all painting. Call it before the tree is unmounted: unmounted panes have no size. */
  close(): void
}

/** `requestFrame` is called in a microtask: a pane that throws inside a layout effect would unmount the whole tree. */
export function openCanvas(theme: Theme, requestFrame: () => void): Canvas {
  let painter = cellPainterOf(theme)
  const mounted = new Set<CanvasPane>()
  let layout: Layout | null = null
  let placed: readonly MeasuredPane[] = []
  let drawn: readonly DrawnPane[] = []
  let isFrameWaiting = false
  let isOpen = true

  function isLaidOutFor({ columns, rows }: RenderContext, plan: Plan): boolean {
    return layout?.columns === columns && layout.rows === rows && isSamePlan(layout.plan, plan)
  }

  return {
    mount(pane) {
      mounted.add(pane)
      return () => mounted.delete(pane)
    },
    laidOut(next) {
      const measured = [...mounted].map(measure)
      const isChanged = !isSamePlacement(measured, placed)
      layout = next
      placed = measured
      if (!isOpen || !(isChanged || isFrameWaiting)) return
      isFrameWaiting = false
      queueMicrotask(() => {
        if (isOpen) requestFrame()
      })
    },
    paint(context, plan) {
      if (!isOpen) return null
      isFrameWaiting = !isLaidOutFor(context, plan)
      if (isFrameWaiting) return null
      drawn = drawPanes(placed, context)
      return paintPanes(drawn, context, painter)
    },
    setTheme(next) {
      painter = cellPainterOf(next)
    },
    hit: (column, row) => hitAt(drawn, column, row),
    close() {
      isOpen = false
    },
  }
}

interface MeasuredPane extends PlacedPane {
  readonly pane: CanvasPane
}

function measure(pane: CanvasPane): MeasuredPane {
  const node = pane.node.current
  const { x, y, width, height } = node === null ? NOTHING : measureElement(node)
  return { pane, paint: pane.paint, fades: pane.fades, x, y, width, height }
}

const NOTHING = { x: 0, y: 0, width: 0, height: 0 }

function isSamePlacement(a: readonly MeasuredPane[], b: readonly MeasuredPane[]): boolean {
  return a.length === b.length && a.every((one, index) => isSamePlace(one, b[index]))
}

function isSamePlace(a: MeasuredPane, b: MeasuredPane | undefined): boolean {
  return a.pane === b?.pane && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}
