import * as z from 'zod/mini'

/** One page of a listing. `nextCursor` asks for the page that follows; null on the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** The exchange's envelope of every paged route. A row that can't be read spoils the page: a gap would go unseen. */
export function pageOf<T>(row: z.ZodMiniType<T>): z.ZodMiniType<Page<T>> {
  return z.pipe(
    z.object({ data: z.array(row), nextCursor: z.nullish(z.string()) }),
    z.transform((page): Page<T> => ({ items: page.data, nextCursor: page.nextCursor ?? null })),
  )
}

/** Pages in the order read, as one list. A cursor is a moment, so the row at a boundary may come twice: it is kept once. */
export function joinPages<T>(pages: readonly Page<T>[], keyOf: (row: T) => string): readonly T[] {
  const seen = new Map<string, T>()
  for (const page of pages) {
    for (const row of page.items) if (!seen.has(keyOf(row))) seen.set(keyOf(row), row)
  }
  return [...seen.values()]
}
