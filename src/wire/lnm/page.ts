import * as z from 'zod/mini'

/** One page of a listing. `nextCursor` requests the next page; null on the last page. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** Schema of a page of rows. One invalid row makes the whole page a fault, as a gap would go unnoticed. */
export function pageOf<T>(row: z.ZodMiniType<T>): z.ZodMiniType<Page<T>> {
  return z.pipe(
    z.object({ data: z.array(row), nextCursor: z.nullish(z.string()) }),
    z.transform((page): Page<T> => ({ items: page.data, nextCursor: page.nextCursor ?? null })),
  )
}

/** Joins pages in the order read. Cursors are times, so two pages may share the row at their boundary: it is kept once. */
export function joinPages<T>(pages: readonly Page<T>[], keyOf: (row: T) => string): readonly T[] {
  const seen = new Map<string, T>()
  for (const page of pages) {
    for (const row of page.items) if (!seen.has(keyOf(row))) seen.set(keyOf(row), row)
  }
  return [...seen.values()]
}
