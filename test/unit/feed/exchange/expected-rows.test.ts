import { describe, expect, it } from 'vitest'
import type { Change } from '../../../../src/domain/snapshot.ts'
import { CROSS_POSITION_ID, ExpectedRows } from '../../../../src/feed/exchange/expected-rows.ts'
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
    expect(new ExpectedRows().isMissing('isolatedRunning', [])).toBe(false)
  })

  it('misses a row of the accepted list', () => {
    const rows = new ExpectedRows()
    rows.accept('isolatedRunning', ['a', 'b'])
    expect(rows.isMissing('isolatedRunning', ['b', 'a', 'c'])).toBe(false)
    expect(rows.isMissing('isolatedRunning', ['b'])).toBe(true)
    expect(rows.isMissing('isolatedOpen', [])).toBe(false)
    rows.accept('isolatedRunning', [])
    expect(rows.isMissing('isolatedRunning', [])).toBe(false)
  })

  it('does not miss a trade that ended', () => {
    const rows = new ExpectedRows()
    rows.accept('isolatedRunning', ['a'])
    rows.observe(ended('a'))
    expect(rows.isMissing('isolatedRunning', [])).toBe(false)
  })

  it('expects an opened order among the open ones, and after its fill among the running trades', () => {
    const rows = expecting(opened('a'))
    expect(rows.isMissing('isolatedOpen', [])).toBe(true)
    rows.observe(filled('a'))
    expect(rows.isMissing('isolatedOpen', [])).toBe(false)
    expect(rows.isMissing('isolatedRunning', [])).toBe(true)
  })

  it('does not expect a canceled order', () => {
    expect(expecting(opened('a'), ended('a')).isMissing('isolatedOpen', [])).toBe(false)
  })

  it('expects a cross order until it ends', () => {
    const order = madeOrder({ id: 'a', mode: 'cross' })
    const rows = expecting({ kind: 'cross-order-opened', order })
    expect(rows.isMissing('crossOpen', [])).toBe(true)
    rows.observe({
      kind: 'cross-order-ended',
      id: 'a',
      why: 'filled',
      side: null,
      quantityUsd: null,
      priceUsd: null,
      endedAt: null,
    })
    expect(rows.isMissing('crossOpen', [])).toBe(false)
  })

  it('expects the cross position until a message shows that it is flat', () => {
    const cross = madeCross()
    const rows = expecting({ kind: 'cross-position', event: 'limit', cross })
    expect(rows.isMissing('crossPosition', [])).toBe(true)
    expect(rows.isMissing('crossPosition', [CROSS_POSITION_ID])).toBe(false)
    rows.observe({ kind: 'cross-position', event: 'liquidation', cross: { ...cross, position: null } })
    expect(rows.isMissing('crossPosition', [])).toBe(false)
  })
})
