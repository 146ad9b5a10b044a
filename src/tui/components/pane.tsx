import { Box, type BoxProps, type DOMElement } from 'ink'
import { use, useLayoutEffect, useRef } from 'react'
import type { Paint } from '../panes/panel.ts'
import type { Fading } from '../terminal/paint-panes.ts'
import { CanvasContext } from './canvas-context.ts'

export interface PaneProps extends Omit<BoxProps, 'children' | 'ref'> {
  /** Defined at module level: another function mounts the pane again. */
  readonly paint: Paint
  /** Default: `without-data`. */
  readonly fades?: Fading
}

/**
 * A rectangle of the screen. Ink lays it out and never sees its content: the canvas measures it after each commit and calls
 * `paint` for each frame, so that data does not pass through React.
 */
export function Pane({ paint, fades = 'without-data', ...box }: PaneProps) {
  const canvas = use(CanvasContext)
  if (canvas === null) throw new Error('a pane needs a CanvasContext')
  const node = useRef<DOMElement>(null)
  useLayoutEffect(() => canvas.mount({ node, paint, fades }), [canvas, paint, fades])
  return <Box ref={node} flexShrink={0} {...box} />
}
