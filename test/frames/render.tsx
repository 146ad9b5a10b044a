import { PassThrough } from 'node:stream'
import { render } from 'ink'
import { App } from '../../src/tui/components/app.tsx'
import { planOf } from '../../src/tui/layout/plan.ts'
import type { Theme } from '../../src/tui/paint/theme.ts'
import { openCanvas } from '../../src/tui/terminal/canvas.ts'
import type { CellRow } from '../../src/tui/terminal/cell-row.ts'
import { inkOptions, openInkStream } from '../../src/tui/terminal/ink-stream.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'

const COLORS: Theme = { palette: 'default', color: true, unicode: true }

/** The screen of a context: the tree laid out by Ink at its size, and the cells that the canvas paints. */
export function screenOf(context: RenderContext, theme = COLORS): readonly CellRow[] {
  const canvas = openCanvas(theme, () => {})
  const plan = planOf(context)
  const controller = { subscribe: () => () => {}, plan: () => plan, press: () => {} }
  const stdin = Object.assign(new PassThrough(), { isTTY: false }) as never
  const ink = render(
    <App canvas={canvas} controller={controller} />,
    inkOptions(openInkStream(context), stdin),
  )
  const screen = canvas.paint(context, plan)
  canvas.close()
  ink.unmount()
  if (screen === null) throw new Error('the tree was not laid out')
  return screen
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
