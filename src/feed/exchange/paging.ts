import type { Decoded } from '../../wire/decoded.ts'
import { joinPages, type Page } from '../../wire/lnm/page.ts'
import type { PageQuery, RouteName } from '../../wire/lnm/routes.ts'
import type { Priority } from './rate-limiter.ts'
import type { RestClient } from './rest-client.ts'

/** A listing and how to page through it. */
export interface Paging<T> {
  readonly route: RouteName
  readonly decode: (body: unknown) => Decoded<Page<T>>
  /** Identifies a row: rows at a page boundary may be returned twice. */
  readonly keyOf: (row: T) => string
  readonly query: PageQuery
  /** Maximum number of pages to read. */
  readonly maxPages: number
  readonly priority: Priority
}

/**
 * Reads pages up to the last one or `maxPages`.
 * @throws AxisorError if a page can't be read: a listing with a gap would look complete
 */
export async function readPages<T>(rest: RestClient, paging: Paging<T>): Promise<readonly T[]> {
  const pages: Page<T>[] = []
  let cursor: string | undefined
  while (pages.length < paging.maxPages) {
    const query = { ...paging.query, cursor }
    const page = await rest.read(paging.route, paging.decode, { query, priority: paging.priority })
    pages.push(page)
    // A cursor that does not advance would loop forever.
    if (page.nextCursor === null || page.nextCursor === cursor) break
    cursor = page.nextCursor
  }
  return joinPages(pages, paging.keyOf)
}
