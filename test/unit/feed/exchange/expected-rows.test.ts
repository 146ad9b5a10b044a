import { describe, expect, it } from 'vitest'
import { CROSS_ID } from '../../../../src/domain/position.ts'
import type { Change } from '../../../../src/domain/snapshot.ts'
import { ExpectedRows } from '../../../../src/feed/exchange/expected-rows.ts'
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

describe('ExpectedRows', () => {
  it('expects nothing before the first list', () => {
    expect(new ExpectedRows().isMissing('isolatedPositions', [])).toBe(false)
  })

  it('misses a row of the accepted list', () => {
    const rows = new ExpectedRows()
    rows.accept('isolatedPositions', ['a', 'b'])
    expect(rows.isMissing('isolatedPositions', ['b', 'a', 'c'])).toBe(false)
    expect(rows.isMissing('isolatedPositions', ['b'])).toBe(true)
    expect(rows.isMissing('isolatedOrders', [])).toBe(false)
    rows.accept('isolatedPositions', [])
    expect(rows.isMissing('isolatedPositions', [])).toBe(false)
  })

  it('takes an unreadable row without an id for one that it expects', () => {
    const rows = new ExpectedRows()
    rows.accept('isolatedPositions', ['a', 'b'])
    expect(rows.isMissing('isolatedPositions', ['a', null])).toBe(false)
    expect(rows.isMissing('isolatedPositions', [null])).toBe(true)
    rows.accept('isolatedPositions', ['a', null])
    expect(rows.isMissing('isolatedPositions', ['a'])).toBe(true)
  })

  it('does not miss a trade that ended', () => {
    const rows = new ExpectedRows()
    rows.accept('isolatedPositions', ['a'])
    rows.observe(ended('a'))
    expect(rows.isMissing('isolatedPositions', [])).toBe(false)
  })

  it('expects an opened order among the open ones, and after its fill among the running trades', () => {
    const rows = expecting(opened('a'))
    expect(rows.isMissing('isolatedOrders', [])).toBe(true)
    rows.observe(filled('a'))
    expect(rows.isMissing('isolatedOrders', [])).toBe(false)
    expect(rows.isMissing('isolatedPositions', [])).toBe(true)
  })

  it('does not expect a canceled order', () => {
    expect(expecting(opened('a'), ended('a')).isMissing('isolatedOrders', [])).toBe(false)
  })

  it('expects a cross order until it ends', () => {
    const order = madeOrder({ id: 'a', mode: 'cross' })
    const rows = expecting({ kind: 'cross-order-opened', order })
    expect(rows.isMissing('crossOrders', [])).toBe(true)
    rows.observe({
      kind: 'cross-order-ended',
      id: 'a',
      why: 'filled',
      side: null,
      quantityUsd: null,
      priceUsd: null,
      endedAt: null,
    })
    expect(rows.isMissing('crossOrders', [])).toBe(false)
  })

  it('expects the cross position until a message shows that it is flat', () => {
    const cross = madeCross()
    const rows = expecting({ kind: 'cross-position', event: 'limit', cross })
    expect(rows.isMissing('crossPosition', [])).toBe(true)
    expect(rows.isMissing('crossPosition', [CROSS_ID])).toBe(false)
    rows.observe({ kind: 'cross-position', event: 'liquidation', cross: { ...cross, position: null } })
    expect(rows.isMissing('crossPosition', [])).toBe(false)
  })
})
