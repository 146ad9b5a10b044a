/** The rows to be seen, each under a label: as React and Ink pass them on. */
export interface RowLabels {
  /** A new array for each frame; a row whose text has not changed keeps its label. */
  labels(): readonly string[]
  subscribe(listener: () => void): () => void
  /** The texts that belong to labels; null for a label of long ago. */
  textOf(label: string): string | null
}

/**
 * Ink takes a text to pieces, measures each character and joins them again, row by row in every frame, which costs ten times what
 * all the rest of a frame does. So it is given a short label in place of each row's text; where Ink puts the label, the writer
 * puts the text.
 */
export interface RowBoard extends RowLabels {
  /** Shows these rows from now on; tells nobody when they are the same. */
  publish(texts: readonly string[]): void
}

/** A board without rows. */
export function openRowBoard(): RowBoard {
  const listeners = new Set<() => void>()
  let shown: readonly string[] = []
  let labels: readonly string[] = []
  /** Of this frame and the one before, which Ink may still be writing. */
  let texts = new Map<string, string>()
  let before = new Map<string, string>()
  let count = 0

  return {
    labels: () => labels,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    textOf: label => texts.get(label) ?? before.get(label) ?? null,
    publish(next) {
      if (next.length === shown.length && next.every((text, row) => text === shown[row])) return
      labels = next.map((text, row) => {
        const known = labels[row]
        return known !== undefined && text === shown[row] ? known : String(++count)
      })
      shown = next
      before = texts
      texts = new Map(labels.map((label, row) => [label, next[row] ?? '']))
      for (const listener of [...listeners]) listener()
    },
  }
}
