import { describe, expect, test } from 'vitest'
import type { FundingDocument, HistoryDocument } from '../../src/wire/ledger/history-documents.ts'
import { openFakeWorld } from '../support/fake-world.ts'

describe('axisor history', () => {
  test('prints closed trades as JSON to a pipe, newest first', async () => {
    const world = openFakeWorld()
    expect(await world.run('history', '--since', '90d')).toBe(0)
    const document = JSON.parse(world.out()) as HistoryDocument
    expect(document).toMatchObject({ schemaVersion: 1, origin: 'simulated', network: 'simulator' })
    const closed = [...world.exchange.state.books.closed].sort(
      (a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0),
    )
    expect(document.trades.map(({ id }) => id)).toEqual(closed.map(({ id }) => id))
    expect(document.trades.length).toBeGreaterThan(20)
  })

  test('lists only trades within --since', async () => {
    const world = openFakeWorld()
    expect(await world.run('history', '--since', '2d')).toBe(0)
    const { since, trades } = JSON.parse(world.out()) as HistoryDocument
    expect(since).toMatch(/^2026-11-21T1[78]:/)
    for (const { closedAt } of trades) expect(closedAt >= since).toBe(true)
  })

  test('prints a table with totals on a terminal', async () => {
    const world = openFakeWorld({ terminal: true })
    expect(await world.run('history', '--since', '90d')).toBe(0)
    expect(world.out()).toMatch(
      /^SIMULATED {2}simulator · \d+ since 2026-08-25 18:00 UTC\nNET {2}P&L [-+][\d,]+ sat net of fees and funding\nISOLATED {2}P&L [-+][\d,]+ sat gross {2}fees -[\d,]+ sat\n\nCLOSED UTC/,
    )
    expect(world.out()).toMatch(/\n\nCROSS {2}P&L 0 sat gross {2}fees -[\d,]+ sat\n\nFILLED UTC .*\n.* BUY /)
  })

  test('fails without a key', async () => {
    const world = openFakeWorld({ env: { AXISOR_API_KEY: undefined } })
    expect(await world.run('history')).toBe(4)
    expect(world.out()).toBe('')
  })

  test.each(['0s', 'yesterday', '30'])('rejects --since %s', async since => {
    const world = openFakeWorld()
    expect(await world.run('history', '--since', since)).toBe(2)
    expect(world.err()).toContain(`--since ${since}: not a duration`)
  })

  test('exits 7 at once for an exchange under maintenance', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"status","code":503,"ms":600000}')
    expect(await world.run('history')).toBe(7)
    expect(world.err()).toMatch(/^axisor: .* answered 503 .*\. Try again later\.\n$/)
    expect(world.out()).toBe('')
  })
})

describe('axisor funding', () => {
  test('prints isolated and cross settlements together, newest first', async () => {
    const world = openFakeWorld()
    expect(await world.run('funding')).toBe(0)
    const { fees } = JSON.parse(world.out()) as FundingDocument
    expect(new Set(fees.map(({ mode }) => mode))).toEqual(new Set(['isolated', 'cross']))
    expect(fees.map(({ at }) => at)).toEqual(
      fees
        .map(({ at }) => at)
        .sort()
        .reverse(),
    )
  })

  test('prints one CSV row per settlement', async () => {
    const json = openFakeWorld()
    await json.run('funding', '--json')
    const { fees } = JSON.parse(json.out()) as FundingDocument
    const world = openFakeWorld()
    expect(await world.run('funding', '--csv')).toBe(0)
    const rows = world.out().trimEnd().split('\r\n')
    expect(rows[0]).toBe('asOf,origin,network,settlementId,mode,tradeId,at,feeSats')
    expect(rows).toHaveLength(fees.length + 1)
  })
})
