import { describe, expect, it } from 'vitest'
import { CROSS_ID } from '../../../../src/domain/position.ts'
import type { Change } from '../../../../src/domain/snapshot.ts'
import { ExpectedRows, type ListPart } from '../../../../src/feed/exchange/expected-rows.ts'
import { madeCross, madeOrder, madePosition } from '../../../support/samples.ts'

const opened = (id: string): Change => ({ kind: 'order-opened', order: madeOrder({ id }) })
const filled = (id: string): Change => ({ kind: 'trade-filled', position: madePosition({ id }) })
const ended = (id: string): Change => ({
  kind: 'trade-ended',
  id,
  why: 'closed',
  plSats: null,
  exitPriceUsd: null,
  closingFeeSats: null,
  endedAt: null,
})

function expecting(...changes: readonly Change[]): ExpectedRows {
  const rows = new ExpectedRows()
  for (const change of changes) rows.observe(change)
  return rows
}

/** Reads a list that nothing changes meanwhile. */
function isMissing(rows: ExpectedRows, part: ListPart, ids: readonly (string | null)[]): boolean {
  return rows.isMissing(part, rows.of(part), ids)
}

function accept(rows: ExpectedRows, part: ListPart, ids: readonly (string | null)[]): void {
  rows.accept(part, rows.of(part), ids)
}

describe('ExpectedRows', () => {
  it('does not miss a row that came up during the read, and expects it in the next list', () => {
    const rows = new ExpectedRows()
    accept(rows, 'isolatedPositions', ['a'])
    const before = rows.of('isolatedPositions')
    rows.observe(filled('b'))
    expect(rows.isMissing('isolatedPositions', before, ['a'])).toBe(false)
    rows.accept('isolatedPositions', before, ['a'])
    expect(isMissing(rows, 'isolatedPositions', ['a'])).toBe(true)
  })

  it('expects nothing before the first list', () => {
    expect(isMissing(new ExpectedRows(), 'isolatedPositions', [])).toBe(false)
  })

  it('misses a row of the accepted list', () => {
    const rows = new ExpectedRows()
    accept(rows, 'isolatedPositions', ['a', 'b'])
    expect(isMissing(rows, 'isolatedPositions', ['b', 'a', 'c'])).toBe(false)
    expect(isMissing(rows, 'isolatedPositions', ['b'])).toBe(true)
    expect(isMissing(rows, 'isolatedOrders', [])).toBe(false)
    accept(rows, 'isolatedPositions', [])
    expect(isMissing(rows, 'isolatedPositions', [])).toBe(false)
  })

  it('takes an unreadable row without an id for one that it expects', () => {
    const rows = new ExpectedRows()
    accept(rows, 'isolatedPositions', ['a', 'b'])
    expect(isMissing(rows, 'isolatedPositions', ['a', null])).toBe(false)
    expect(isMissing(rows, 'isolatedPositions', [null])).toBe(true)
    accept(rows, 'isolatedPositions', ['a', null])
    expect(isMissing(rows, 'isolatedPositions', ['a'])).toBe(true)
  })

  it('does not miss a trade that ended', () => {
    const rows = new ExpectedRows()
    accept(rows, 'isolatedPositions', ['a'])
    rows.observe(ended('a'))
    expect(isMissing(rows, 'isolatedPositions', [])).toBe(false)
  })

  it('expects an opened order among the open ones, and after its fill among the running trades', () => {
    const rows = expecting(opened('a'))
    expect(isMissing(rows, 'isolatedOrders', [])).toBe(true)
    rows.observe(filled('a'))
    expect(isMissing(rows, 'isolatedOrders', [])).toBe(false)
    expect(isMissing(rows, 'isolatedPositions', [])).toBe(true)
  })

  it('does not expect a canceled order', () => {
    expect(isMissing(expecting(opened('a'), ended('a')), 'isolatedOrders', [])).toBe(false)
  })

  it('expects a cross order until it ends', () => {
    const order = madeOrder({ id: 'a', mode: 'cross' })
    const rows = expecting({ kind: 'cross-order-opened', order })
    expect(isMissing(rows, 'crossOrders', [])).toBe(true)
    rows.observe({
      kind: 'cross-order-ended',
      id: 'a',
      why: 'filled',
      side: null,
      quantityUsd: null,
      priceUsd: null,
      endedAt: null,
    })
    expect(isMissing(rows, 'crossOrders', [])).toBe(false)
  })

  it('expects the cross position until a message shows that it is flat', () => {
    const cross = madeCross()
    const rows = expecting({ kind: 'cross-position', event: 'limit', cross })
    expect(isMissing(rows, 'crossPosition', [])).toBe(true)
    expect(isMissing(rows, 'crossPosition', [CROSS_ID])).toBe(false)
    rows.observe({ kind: 'cross-position', event: 'liquidation', cross: { ...cross, position: null } })
    expect(isMissing(rows, 'crossPosition', [])).toBe(false)
  })
})
