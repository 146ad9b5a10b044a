import { describe, expect, test } from 'vitest'
import type { FundingDocument, HistoryDocument } from '../../src/wire/ledger/history-documents.ts'
import { changedRow } from '../support/changed-reply.ts'
import { openFakeWorld } from '../support/fake-world.ts'

const CLOSED = '/futures/isolated/trades/closed'
const ISOLATED_FEES = '/futures/isolated/funding-fees'

describe('a row that is unreadable', () => {
  test('is named and the other rows are printed, exit 6', async () => {
    const world = openFakeWorld({ net: changedRow(CLOSED, 3, { pl: null }) })
    const code = await world.run('history', '--since', '90d')
    const document = JSON.parse(world.out()) as HistoryDocument
    const closed = world.exchange.state.books.closed.toSorted((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))
    const id = closed[3]?.id
    expect(code).toBe(6)
    expect(document.trades.map(trade => trade.id)).toEqual(
      closed.map(trade => trade.id).filter(each => each !== id),
    )
    expect(document.unreadable).toEqual([{ list: 'trades', id, field: 'pl', problem: 'is null' }])
    expect(world.err()).toBe(`axisor: trades: row ${id}: pl is null; this row is not printed\n`)
  })

  test('leaves the totals of its list unknown in the text', async () => {
    const world = openFakeWorld({ terminal: true, net: changedRow(CLOSED, 0, { side: 'up' }) })
    expect(await world.run('history', '--since', '90d')).toBe(6)
    expect(world.out()).toMatch(/\n!! UNREADABLE trades: row [\w-]+: side has an unknown value\n/)
    expect(world.out()).toContain('ISOLATED  P&L ··· sat gross  fees ··· sat')
    expect(world.out()).toContain('CROSS  P&L 0 sat gross')
  })

  test('is named for funding fees as well', async () => {
    const world = openFakeWorld({ terminal: true, net: changedRow(ISOLATED_FEES, 2, { fee: 0.5 }) })
    expect(await world.run('funding')).toBe(6)
    expect(world.out()).toMatch(
      /!! UNREADABLE isolatedFees: row [\w-]+: fee is not an integer\nFUNDING ··· sat\n/,
    )
    expect(world.err()).toMatch(
      /\naxisor: isolatedFees: row [\w-]+: fee is not an integer; this row is not printed\n$/,
    )
  })
})

describe('listings of many pages', () => {
  /** Funding fees of 400 trades at each of 6 settlements, all of one time. */
  function worldWithManyFees(mode: string) {
    const world = openFakeWorld()
    const { isolatedFunding } = world.exchange.state.books
    isolatedFunding.length = 0
    const now = world.clock.nowMs()
    for (let n = 0; n < 2_400; n += 1) {
      const settlement = Math.floor(n / 400)
      const time = now - (10 - settlement) * 28_800_000
      isolatedFunding.push({ settlementId: `s${settlement}`, time, feeSats: n, tradeId: `t${n}` })
    }
    world.exchange.control(JSON.stringify({ do: 'cursor', mode }))
    return world
  }

  test.each(['inclusive', 'exclusive'])('print every row once (%s cursor)', async mode => {
    const world = worldWithManyFees(mode)
    expect(await world.run('funding', '--json')).toBe(0)
    const { fees } = JSON.parse(world.out()) as FundingDocument
    const isolated = fees.filter(fee => fee.mode === 'isolated').map(({ feeSats }) => feeSats)
    expect(isolated.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_400 }, (_, n) => n))
  })

  test.each(['history', 'funding'])('print nothing and exit 6 if the cursor is stuck (%s)', async command => {
    const world = worldWithManyFees('stuck')
    expect(await world.run(command, '--csv')).toBe(6)
    expect(world.out()).toBe('')
    expect(world.err()).toMatch(/the cursor of the pages does not advance/)
  })
})
