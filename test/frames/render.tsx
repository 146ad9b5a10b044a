import { PassThrough } from 'node:stream'
import { render } from 'ink'
import type { ReactNode } from 'react'
import { App } from '../../src/tui/components/app.tsx'
import { CanvasContext } from '../../src/tui/components/canvas-context.ts'
import { planOf } from '../../src/tui/layout/plan.ts'
import type { Theme } from '../../src/tui/paint/theme.ts'
import { type Canvas, openCanvas } from '../../src/tui/terminal/canvas.ts'
import type { CellRow } from '../../src/tui/terminal/cell-row.ts'
import { inkOptions, openInkStream } from '../../src/tui/terminal/ink-stream.ts'
import type { Size } from '../../src/tui/terminal/size.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { DARK } from '../support/themes.ts'

/** Mounts panes on a canvas in a window of any size. `laidOut` is left to the caller. */
export function mountOn(canvas: Canvas | null, size: Size, tree: ReactNode) {
  const stdin = Object.assign(new PassThrough(), { isTTY: false }) as never
  const provide = (panes: ReactNode) => <CanvasContext value={canvas}>{panes}</CanvasContext>
  const ink = render(provide(tree), inkOptions(openInkStream(size), stdin))
  return { ...ink, rerender: (panes: ReactNode) => ink.rerender(provide(panes)) }
}

/** The screen of a context: the tree laid out by Ink at its size, and the cells that the canvas paints. */
export function screenOf(context: RenderContext, theme: Theme = DARK): readonly CellRow[] {
  return paintedOf(context, theme).screen
}

/** The same, with what the mouse finds on it. */
export function paintedOf(
  context: RenderContext,
  theme: Theme = DARK,
): { readonly screen: readonly CellRow[]; readonly hit: Canvas['hit'] } {
  const canvas = openCanvas(theme, () => {})
  const plan = planOf(context)
  const controller = { subscribe: () => () => {}, plan: () => plan, press: () => {} }
  const ink = mountOn(canvas, context, <App canvas={canvas} controller={controller} />)
  const screen = canvas.paint(context, plan)
  canvas.close()
  ink.unmount()
  if (screen === null) throw new Error('the tree was not laid out')
  return { screen, hit: canvas.hit }
}

/** A row as text. */
export function rowText({ chars }: CellRow): string {
  return chars.join('')
}

/** The text of a screen, blanks at the ends of rows dropped. */
export function screenText(screen: readonly CellRow[]): string {
  const text = screen.map(row => rowText(row).trimEnd()).join('\n')
  if (text.includes('cannot be drawn')) throw new Error(`a pane failed:\n${text}`)
  return text
}
