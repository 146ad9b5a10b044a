import { createContext } from 'react'
import type { Canvas } from '../terminal/canvas.ts'

/** The canvas that the panes below paint on. Mounting a pane without one throws. */
export const CanvasContext = createContext<Canvas | null>(null)
