/** In cells. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** The size of a terminal; 80×24 where it says nothing or 0, as some pseudo-terminals do. */
export function sizeOf(stdout: { readonly columns?: number; readonly rows?: number }): Size {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 }
}
