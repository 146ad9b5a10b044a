import type { RenderOptions } from 'ink'
import type { Terminal } from '../../ports/terminal.ts'
import type { Size } from './size.ts'

/** The stream that Ink writes to: it has a size and discards all output, since only the canvas writes to the terminal. */
export interface InkStream {
  readonly stream: NodeJS.WriteStream
  /** The window size that Ink sees. */
  size(): Size
  /** Changes the size and reports it to Ink, which commits a new layout in a later turn. */
  resize(size: Size): void
}

/**
 * The stream claims not to be a terminal, so that Ink leaves cursor and modes alone. It always has a size: without one Ink
 * starts processes to find it.
 */
export function openInkStream(initial: Size): InkStream {
  const listeners = new Set<() => void>()
  let size = initial
  const stream = {
    get columns() {
      return size.columns
    },
    get rows() {
      return size.rows
    },
    isTTY: false,
    writable: true,
    write(_text: string, ...rest: readonly unknown[]): boolean {
      const done = rest.at(-1)
      if (typeof done === 'function') done()
      return true
    },
    on(event: string, listener: () => void) {
      if (event === 'resize') listeners.add(listener)
      return stream
    },
    off(_event: string, listener: () => void) {
      listeners.delete(listener)
      return stream
    },
  }
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    size: () => size,
    resize(next) {
      size = next
      for (const listener of [...listeners]) listener()
    },
  }
}

/** Debug mode writes once per commit and never moves the cursor. Everything else that touches a terminal is off. */
export function inkOptions({ stream }: InkStream, stdin: Terminal['stdin']): RenderOptions {
  return {
    stdout: stream,
    stdin,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: false,
  }
}
