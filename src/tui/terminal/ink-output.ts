/** What Ink takes for its terminal: each write is one whole frame, which goes to `onFrame` as rows. */
export interface InkOutput {
  readonly stream: NodeJS.WriteStream
  resize(columns: number, rows: number): void
  /** Nothing that Ink writes afterwards is looked at. */
  close(): void
}

/**
 * Ink in debug mode writes each frame whole and nothing else, without moving the cursor: all that concerns the real terminal is
 * left to the writer behind. The stream says that it is not a terminal, so that Ink leaves cursor and modes alone.
 */
export function openInkOutput(
  columns: number,
  rows: number,
  onFrame: (rows: readonly string[]) => void,
): InkOutput {
  let isOpen = true
  const stream = {
    columns,
    rows,
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
    resize(newColumns, newRows) {
      stream.columns = newColumns
      stream.rows = newRows
    },
    close() {
      isOpen = false
    },
  }
}
