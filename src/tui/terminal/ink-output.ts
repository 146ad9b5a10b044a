/** What Ink takes for its terminal: each write is one whole frame, whose lines go to `onFrame`. */
export interface InkOutput {
  readonly stream: NodeJS.WriteStream
  /** Nothing that Ink writes afterwards is looked at. */
  close(): void
}

/** Room for a label; see `RowBoard`. */
const COLUMNS = 12

/**
 * Ink in debug mode writes each frame whole and nothing else, without moving the cursor: all that concerns the real terminal is
 * left to the writer behind. The stream says that it is not a terminal, so that Ink leaves cursor and modes alone, and has no
 * size that could change: the real one is the layout's business.
 */
export function openInkOutput(onFrame: (lines: readonly string[]) => void): InkOutput {
  let isOpen = true
  const stream = {
    columns: COLUMNS,
    rows: 1,
    isTTY: false,
    writable: true,
    write(text: string, ...rest: readonly unknown[]): boolean {
      if (isOpen && text !== '') onFrame(text.split('\n'))
      const done = rest.at(-1)
      if (typeof done === 'function') done()
      return true
    },
    on: () => stream,
    off: () => stream,
  }
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    close() {
      isOpen = false
    },
  }
}
