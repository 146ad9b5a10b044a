import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Page, pageOf } from '../../../../src/simulator/protocol/pages.ts'
import { BadRequest, pageRequest } from '../../../../src/simulator/protocol/query.ts'

interface Row {
  readonly id: number
  readonly time: number
}

function page(rows: readonly Row[], query: string): Page {
  return pageOf(
    rows,
    pageRequest(new URLSearchParams(query)),
    row => row.time,
    row => row,
  )
}

function walk(rows: readonly Row[], limit: number): Row[] {
  const seen: Row[] = []
  let cursor: string | null = null
  for (let pages = 0; pages <= rows.length + 1; pages++) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) })
    const { data, nextCursor } = page(rows, query.toString())
    seen.push(...(data as Row[]))
    if (nextCursor === null) return seen
    cursor = nextCursor
  }
  throw new Error('paging does not terminate')
}

const rowsOf = (times: readonly number[]): Row[] => times.map((time, id) => ({ id, time }))

describe('pageOf', () => {
  it('returns every row exactly once, newest first, even if many share a millisecond', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (times, limit) => {
          const rows = rowsOf(times.toSorted((a, b) => a - b).map(time => 1_767_225_600_000 + time))
          const seen = walk(rows, limit)
          expect(seen.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
          expect(seen.map(({ time }) => time)).toEqual(rows.map(({ time }) => time).reverse())
        },
      ),
    )
  })

  it('returns no row twice when rows are added between pages', () => {
    const rows = rowsOf([1, 2, 2, 2, 3])
    const first = page(rows, 'limit=2')
    rows.push({ id: 99, time: 4 })
    const rest = page(rows, `limit=10&cursor=${first.nextCursor}`)
    expect([...first.data, ...rest.data]).toEqual([
      { id: 4, time: 3 },
      { id: 1, time: 2 },
      { id: 2, time: 2 },
      { id: 3, time: 2 },
      { id: 0, time: 1 },
    ])
  })

  it('returns a plain ISO time as cursor unless rows share a millisecond', () => {
    expect(page(rowsOf([1_000, 2_000, 3_000]), 'limit=1').nextCursor).toBe('1970-01-01T00:00:03.000Z')
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
