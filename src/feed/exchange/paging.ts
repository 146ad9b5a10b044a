import { AxisorError } from '../../domain/error.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { joinPages, type Page } from '../../wire/lnm/page.ts'
import type { PageQuery, RouteName } from '../../wire/lnm/routes.ts'
import type { RestClient } from './rest-client.ts'

/** What to page through. */
export interface Paging<T> {
  readonly route: RouteName
  readonly decode: (body: unknown) => Decoded<Page<T>>
  /** Tells rows apart: a row at the boundary of two pages may come twice. */
  readonly keyOf: (row: T) => string
  readonly query: PageQuery
  /** More pages than this are not requested; the read fails. */
  readonly mostPages: number
  readonly urgent: boolean
}

/**
 * Reads page after page until the last one.
 * @throws AxisorError when a page can't be read or `mostPages` are not enough: a listing with a gap would look complete
 */
export async function readPages<T>(rest: RestClient, paging: Paging<T>): Promise<readonly T[]> {
  const pages: Page<T>[] = []
  let cursor: string | undefined
  for (;;) {
    const query = { ...paging.query, cursor }
    const page = await rest.read(paging.route, paging.decode, { query, urgent: paging.urgent })
    pages.push(page)
    // A cursor that stands still would be asked for ever.
    if (page.nextCursor === null || page.nextCursor === cursor) return joinPages(pages, paging.keyOf)
    if (pages.length >= paging.mostPages) throw tooManyPages(paging)
    cursor = page.nextCursor
  }
}

function tooManyPages({ route, mostPages }: Pick<Paging<never>, 'route' | 'mostPages'>): AxisorError {
  return new AxisorError(
    'unreadable',
    `${route}: more than ${mostPages} pages; a part would give wrong sums`,
    {
      hint: 'Request a shorter period.',
    },
  )
}
