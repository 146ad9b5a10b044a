import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import {
  cursorTime,
  decodePage,
  joinPages,
  joinUnreadable,
  unreadableRowText,
} from '../../../../src/wire/lnm/page.ts'
import { decodedValue, faultOf } from './unpack.ts'

const DECODER = {
  label: 'GET /v3/list',
  schema: z.object({ id: z.string(), pl: z.number() }),
  map: (row: { id: string; pl: number }) => row,
}

const decode = (body: unknown) => decodePage(body, DECODER)

describe('a page', () => {
  it('keeps the readable rows and names row, field and problem of the others', () => {
    const page = decodedValue(
      decode({ data: [{ id: 'a', pl: 1 }, { id: 'b', pl: '1 sat' }, { id: 'c' }], nextCursor: null }),
    )
    expect(page.items).toEqual([{ id: 'a', pl: 1 }])
    expect(page.rowCount).toBe(3)
    expect(page.unreadable.map(unreadableRowText)).toEqual([
      'row b: pl is not a number',
      'row c: pl is missing',
    ])
  })

  it.each([
    null,
    7,
    'text',
    [],
    {},
    { id: 1e300 },
    { id: 'two words' },
    { id: '\x1b[2J' },
    { id: 'x'.repeat(65) },
  ])('names no id if it is absent or not an id (%j)', row => {
    const { unreadable } = decodedValue(decode({ data: [row], nextCursor: null }))
    expect(unreadable.map(({ id }) => id)).toEqual([null])
    expect(unreadable.map(unreadableRowText)[0]).toMatch(/^row without a readable id: /)
  })

  it('names a funding fee by its settlement', () => {
    const { unreadable } = decodedValue(decode({ data: [{ settlementId: 's1' }], nextCursor: null }))
    expect(unreadable[0]?.id).toBe('s1')
  })

  it('omits rows that are not part of the listing before they are validated', () => {
    const page = decodedValue(
      decodePage({ data: [{ id: 'a' }], nextCursor: null }, { ...DECODER, omits: () => true }),
    )
    expect(page).toEqual({ items: [], unreadable: [], rowCount: 1, nextCursor: null })
  })

  it.each([
    [{ nextCursor: null }, 'data is missing'],
    [{ data: {}, nextCursor: null }, 'data is not an array'],
    // Rows that are not known must not pass for none: sums of the ledger would be 0.
    [{ data: null, nextCursor: null }, 'data is null'],
    [{ data: [], nextCursor: 5 }, 'nextCursor is not a time'],
    [{ data: [], nextCursor: {} }, 'nextCursor is invalid'],
    ['pong', 'the top-level value is not an object'],
    [{ data: null, nextCursor: null, error: { code: 'INTERNAL' } }, 'it has an error'],
    [{ data: [], error: 'internal' }, 'it has an error'],
  ])('is a fault without rows or cursor: %j', (body, message) => {
    expect(faultOf(decode(body))).toBe(`GET /v3/list: ${message}`)
  })

  it('reads a list without a page', () => {
    expect(decodedValue(decode([{ id: 'a', pl: 1 }]))).toMatchObject({
      items: [{ id: 'a' }],
      nextCursor: undefined,
    })
  })

  it('ends with an empty cursor, and reads a time in ms or seconds', () => {
    const cursorOf = (nextCursor: unknown) => decodedValue(decode({ data: [], nextCursor })).nextCursor
    for (const cursor of ['', false]) expect(cursorOf(cursor)).toBeNull()
    const time = Date.UTC(2026, 0, 1)
    for (const cursor of [time, time / 1_000]) expect(cursorOf(cursor)).toBe('2026-01-01T00:00:00.000Z')
  })

  it('reads numbers in strings', () => {
    const data = ['-3', '-3.0', ' -3', '-3e0'].map((pl, n) => ({ id: `r${n}`, pl }))
    const { items, unreadable } = decodedValue(decode({ data, nextCursor: null }))
    expect(items.map(({ pl }) => pl)).toEqual([-3, -3, -3, -3])
    expect(unreadable).toEqual([])
    const odd = ['', '-', '3 sat', '1,000', '0x3', 'NaN', 'Infinity', '1e999'].map(pl => ({ id: 'r', pl }))
    expect(decodedValue(decode({ data: odd, nextCursor: null })).items).toEqual([])
  })

  it('distinguishes the last page from one without a cursor field', () => {
    expect(decodedValue(decode({ data: [], nextCursor: null })).nextCursor).toBeNull()
    expect(decodedValue(decode({ data: [] })).nextCursor).toBeUndefined()
  })
})

describe('overlapping pages', () => {
  const pageOf = (...ids: readonly string[]) => ({ items: ids.map(id => ({ id })) })

  it('are joined with each row once', () => {
    const rows = joinPages([pageOf('a', 'b'), pageOf('b', 'c')], { keyOf: row => row.id })
    expect(rows.map(row => row.id)).toEqual(['a', 'b', 'c'])
  })

  it('keep equal rows of one page if rows have no id', () => {
    const rows = joinPages([pageOf('a', 'b', 'b'), pageOf('b', 'b', 'b', 'c')], {
      keyOf: row => row.id,
      hasNoId: () => true,
    })
    expect(rows.map(row => row.id)).toEqual(['a', 'b', 'b', 'b', 'c'])
  })

  it('name an unreadable row once', () => {
    const row = { id: 'a', field: 'pl', problem: 'is missing', raw: '{"id":"a"}' }
    const pages = [{ unreadable: [row] }, { unreadable: [row, { ...row, raw: '{"id":"a","x":1}' }] }]
    expect(joinUnreadable(pages)).toHaveLength(2)
  })
})

it('a cursor is a time or opaque', () => {
  expect(cursorTime('2026-01-01T00:00:00.123456Z')).toBe(Date.UTC(2026, 0, 1, 0, 0, 0, 123))
  expect(cursorTime('next')).toBeNull()
  expect(cursorTime('17')).toBeNull()
})
