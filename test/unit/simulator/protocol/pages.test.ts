import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CursorMode } from '../../../../src/simulator/faults.ts'
import { type Page, pageOf } from '../../../../src/simulator/protocol/pages.ts'
import { BadRequest, pageRequest } from '../../../../src/simulator/protocol/query.ts'

interface Row {
  readonly id: number
  readonly time: number
}

function page(rows: readonly Row[], query: string, mode: CursorMode = 'inclusive'): Page {
  return pageOf(
    rows,
    pageRequest(new URLSearchParams(query), mode),
    row => row.time,
    row => row,
  )
}

function walk(rows: readonly Row[], limit: number, mode: CursorMode): Row[] {
  const seen: Row[] = []
  let cursor: string | null = null
  for (let pages = 0; pages <= rows.length + 1; pages++) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) })
    const { data, nextCursor } = page(rows, query.toString(), mode)
    seen.push(...(data as Row[]))
    if (nextCursor === null) return seen
    cursor = nextCursor
  }
  throw new Error('paging does not terminate')
}

const rowsOf = (times: readonly number[]): Row[] => times.map((time, id) => ({ id, time }))

const START = 1_767_225_600_000

describe('pageOf', () => {
  it.each<CursorMode>(['inclusive', 'exclusive'])(
    'returns rows of different times exactly once, newest first (%s cursor)',
    mode => {
      fc.assert(
        fc.property(
          fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }),
          fc.integer({ min: 1, max: 9 }),
          (times, limit) => {
            const rows = rowsOf(times.toSorted((a, b) => a - b).map(time => START + time))
            expect(walk(rows, limit, mode)).toEqual(rows.toReversed())
          },
        ),
      )
    },
  )

  it('repeats rows of the time of an inclusive cursor, and loses none', () => {
    expect(walk(rowsOf([1, 2, 2, 2, 3]), 3, 'inclusive').map(({ id }) => id)).toEqual([4, 3, 2, 3, 2, 1, 0])
  })

  it('loses the other rows of the time of an exclusive cursor', () => {
    expect(walk(rowsOf([1, 2, 2, 2, 3]), 3, 'exclusive').map(({ id }) => id)).toEqual([4, 3, 2, 0])
  })

  it('returns the first page for every cursor that is stuck', () => {
    const rows = rowsOf([1_000, 2_000, 3_000])
    const first = page(rows, 'limit=2', 'stuck')
    expect(first).toEqual({ data: [rows[2], rows[1]], nextCursor: '1970-01-01T00:00:02.000Z' })
    expect(page(rows, `limit=2&cursor=${first.nextCursor}`, 'stuck')).toEqual(first)
    expect(page([], '', 'stuck').nextCursor).toBeNull()
  })

  it('returns a time as cursor', () => {
    expect(page(rowsOf([1_000, 2_000, 3_000]), 'limit=1').nextCursor).toBe('1970-01-01T00:00:02.000Z')
    expect(page(rowsOf([1_000, 2_000]), 'limit=1', 'exclusive').nextCursor).toBe('1970-01-01T00:00:02.000Z')
    expect(page(rowsOf([1_000]), 'limit=1').nextCursor).toBeNull()
  })

  it('returns up to 1,000 rows by default', () => {
    expect(page(rowsOf(Array.from({ length: 1_500 }, (_, n) => n)), '').data.length).toBe(1_000)
  })

  it('returns the rows between two times, both included', () => {
    const query = 'from=1970-01-01T00:00:02.000Z&to=1970-01-01T00:00:03.000Z'
    expect(page(rowsOf([1_000, 2_000, 3_000, 4_000]), query).data).toEqual([
      { id: 2, time: 3_000 },
      { id: 1, time: 2_000 },
    ])
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=-1', 'limit'],
    ['from=yesterday', 'from'],
    ['to=1700000000000', 'to'],
    ['cursor=2026-13-01T00:00:00.000Z', 'cursor'],
    ['from=2026-01-02T00:00:00.000Z&to=2026-01-01T00:00:00.000Z', 'from'],
  ])('rejects %s with a message that names %s', (query, name) => {
    expect(() => page([], query)).toThrow(BadRequest)
    expect(() => page([], query)).toThrow(name)
  })
})
