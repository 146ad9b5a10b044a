import { AxisorError } from '../../domain/error.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { joinPages, type Page } from '../../wire/lnm/page.ts'
import type { PageQuery, RouteName } from '../../wire/lnm/routes.ts'
import type { Priority } from './quota.ts'
import type { RestClient } from './rest-client.ts'

/** A listing and how to page through it. */
export interface Paging<T> {
  readonly route: RouteName
  readonly decode: (body: unknown) => Decoded<Page<T>>
  /** Identifies a row: rows at a page boundary may be returned twice. */
  readonly keyOf: (row: T) => string
  readonly query: PageQuery
  /** Maximum number of pages; a longer listing fails. */
  readonly maxPages: number
  readonly priority: Priority
}

/**
 * Reads all pages of a listing.
 * @throws AxisorError if a page can't be read or there are more than `maxPages`: a listing with a gap would look complete
 */
export async function readPages<T>(rest: RestClient, paging: Paging<T>): Promise<readonly T[]> {
  const pages: Page<T>[] = []
  let cursor: string | undefined
  for (;;) {
    const query = { ...paging.query, cursor }
    const page = await rest.read(paging.route, paging.decode, { query, priority: paging.priority })
    pages.push(page)
    // A cursor that does not advance would loop forever.
    if (page.nextCursor === null || page.nextCursor === cursor) return joinPages(pages, paging.keyOf)
    if (pages.length >= paging.maxPages) throw tooManyPages(paging)
    cursor = page.nextCursor
  }
}

function tooManyPages({ route, maxPages }: Pick<Paging<never>, 'route' | 'maxPages'>): AxisorError {
  return new AxisorError(
    'unreadable',
    `${route}: more than ${maxPages} pages; a part would give wrong sums`,
    {
      hint: 'Request a shorter period.',
    },
  )
}
