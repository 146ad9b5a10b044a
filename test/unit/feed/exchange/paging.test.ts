import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import type { FundingFee } from '../../../../src/domain/snapshot.ts'
import { ISOLATED_FUNDING } from '../../../../src/feed/exchange/account-listings.ts'
import { readEveryRow, readPages } from '../../../../src/feed/exchange/paging.ts'
import { RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { T0 } from '../../../support/samples.ts'
import { scriptedHttp } from '../scripted-http.ts'

interface Row {
  readonly settlementId: string
  readonly time: string
  readonly fee: number
  readonly tradeId: string | null
}

interface Reply {
  readonly data: readonly unknown[]
  readonly nextCursor?: string | null
}

const rowAt = (time: number, n: number): Row => ({
  settlementId: `s${time}`,
  time: new Date(time).toISOString(),
  fee: n,
  tradeId: `t${n}`,
})

type Script = (cursor: string | null) => Reply

interface Options {
  readonly limit?: number
  readonly maxPages?: number
  readonly isEnough?: (rows: readonly FundingFee[]) => boolean
}

/** Reads a listing from a script of pages. */
async function read(
  script: Script,
  { limit = 4, maxPages = 200, isEnough }: Options = {},
  method = readPages,
) {
  const clock = openFakeClock(T0)
  const http = scriptedHttp(clock, ({ target }) => {
    const { searchParams } = new URL(target, 'https://api.host')
    return { body: JSON.stringify(script(searchParams.get('cursor'))) }
  })
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3', credentials: null, requestMs: 10_000 },
  )
  const paging = { ...ISOLATED_FUNDING, query: { limit }, maxPages, priority: 'high' as const }
  const reading = method(rest, isEnough === undefined ? paging : { ...paging, isEnough })
  const outcome = reading.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  )
  await clock.advance(500_000)
  const result = await outcome
  if ('error' in result) throw result.error
  return { listing: result.value, requests: http.requests.length }
}

async function rowsOf(script: Script, options?: Options): Promise<readonly FundingFee[]> {
  const { listing } = await read(script, options)
  return (listing as { rows: readonly FundingFee[] }).rows
}

async function messageOf(script: Script, options?: Options): Promise<string> {
  const error = await read(script, options).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AxisorError)
  expect((error as AxisorError).exitCode).toBe(6)
  return (error as AxisorError).message
}

/** An exchange that pages by time, in either order, with either kind of cursor. */
function exchange(rows: readonly Row[], limit: number, newestFirst: boolean, inclusive: boolean): Script {
  const sign = newestFirst ? -1 : 1
  const sorted = rows.toSorted((a, b) => sign * (Date.parse(a.time) - Date.parse(b.time)))
  return cursor => {
    const remaining = sorted.filter(row => {
      if (cursor === null) return true
      const beyond = sign * (Date.parse(row.time) - Date.parse(cursor))
      return inclusive ? beyond >= 0 : beyond > 0
    })
    const data = remaining.slice(0, limit)
    const next = remaining[limit]
    const cursorRow = inclusive ? next : data.at(-1)
    return { data, nextCursor: next === undefined ? null : (cursorRow?.time ?? null) }
  }
}

describe('paging', () => {
  test('lists every row once, in either order, with inclusive and exclusive cursors, though many share one time', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Each group of rows has one time; fewer rows than a page.
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        async (groups, newestFirst, inclusive) => {
          const times = groups.flatMap((size, n) => Array.from({ length: size }, () => T0 - n * 1_500))
          const rows = times.map(rowAt)
          const listed = await rowsOf(exchange(rows, 4, newestFirst, inclusive))
          expect(listed.map(({ tradeId }) => tradeId).toSorted()).toEqual(
            rows.map(({ tradeId }) => tradeId).toSorted(),
          )
        },
      ),
      { numRuns: 150 },
    )
  })

  test('requests the next page from the cursor and an overlap', async () => {
    const cursors: (string | null)[] = []
    const serve = exchange([T0, T0 - 5_000, T0 - 5_000].map(rowAt), 2, true, false)
    await rowsOf(
      cursor => {
        cursors.push(cursor)
        return serve(cursor)
      },
      { limit: 2 },
    ).catch(() => {})
    expect(cursors.slice(0, 2)).toEqual([null, new Date(T0 - 4_000).toISOString()])
  })

  test.each<[string, Script]>([
    ['stands still', () => ({ data: [rowAt(T0, 1)], nextCursor: new Date(T0).toISOString() })],
    [
      'runs backward',
      cursor => ({
        data: [rowAt(T0, 1)],
        nextCursor: new Date(cursor === null ? T0 - 9_000 : T0).toISOString(),
      }),
    ],
    ['is opaque and stands still', () => ({ data: [rowAt(T0, 1)], nextCursor: 'next' })],
    [
      'is opaque and runs in a circle',
      cursor => ({ data: [rowAt(T0, 1)], nextCursor: cursor === 'a' ? 'b' : 'a' }),
    ],
  ])('fails if the cursor %s', async (_name, script) => {
    expect(await messageOf(script)).toBe(
      'GET /v3/futures/isolated/funding-fees: the cursor of the pages does not advance',
    )
  })

  test('fails if there are more pages than the limit', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => rowAt(T0 - n * 60_000, n))
    expect(await messageOf(exchange(rows, 4, true, true), { maxPages: 9 })).toContain('more than 9 pages')
    expect(await rowsOf(exchange(rows, 4, true, true), { maxPages: 10 })).toHaveLength(40)
  })

  test('fails if a full page has no cursor field, and ends at a short one', async () => {
    const rows = [1, 2, 3, 4].map(n => rowAt(T0 - n, n))
    expect(await messageOf(() => ({ data: rows }))).toContain('nextCursor is missing on a full page')
    expect(await rowsOf(() => ({ data: rows.slice(1) }))).toHaveLength(3)
  })

  test('keeps equal fees of one settlement that name no trade', async () => {
    const fees = [7, 7, 7].map(fee => ({ ...rowAt(T0, fee), tradeId: null }))
    const script: Script = cursor =>
      cursor === null
        ? { data: fees.slice(0, 2), nextCursor: new Date(T0).toISOString() }
        : { data: fees, nextCursor: null }
    expect(await rowsOf(script)).toHaveLength(3)
  })

  test('stops once the rows are enough', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => rowAt(T0 - n * 60_000, n))
    const { requests } = await read(exchange(rows, 4, true, true), { isEnough: read => read.length >= 8 })
    expect(requests).toBe(2)
  })

  test('names an unreadable row once, and keeps the rows of all pages', async () => {
    const bad = { ...rowAt(T0 - 60_000, 5), fee: 'free' }
    const rows = [rowAt(T0, 1), bad, rowAt(T0 - 120_000, 2)] as Row[]
    const { listing } = await read(exchange(rows, 2, true, false), { limit: 2 })
    expect(listing).toMatchObject({
      rows: [{ feeSats: 1 }, { feeSats: 2 }],
      unreadable: [{ id: bad.settlementId, field: 'fee', problem: 'is not a number' }],
    })
  })
})

test('a listing of which every row is needed fails for one unreadable row, by name', async () => {
  const script: Script = () => ({ data: [rowAt(T0, 1), { ...rowAt(T0, 2), time: 5 }], nextCursor: null })
  const error = await read(script, {}, readEveryRow as never).catch((thrown: unknown) => thrown)
  expect((error as AxisorError).message).toBe(
    `GET /v3/futures/isolated/funding-fees: row s${T0}: time is not an ISO 8601 time`,
  )
})
