/** Size of a terminal in cells. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Returns the size of a terminal. 80×24 if it reports none or 0, as some pseudo-terminals do. */
export function sizeOf(stdout: { readonly columns?: number; readonly rows?: number }): Size {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 }
}
