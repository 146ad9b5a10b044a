import { describe, expect, test } from 'vitest'
import type { HistoryDocument } from '../../src/wire/ledger/history-documents.ts'
import { changedReply, changedRow } from '../support/changed-reply.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'

/** A world whose cross position was closed, reopened as a short and reduced by fills of different prices. */
async function worldWithCrossFills(options: FakeWorldOptions = {}) {
  const world = openFakeWorld(options)
  const knob = (command: object): void => {
    const { status, body } = world.exchange.control(JSON.stringify(command))
    if (status !== 200) throw new Error(body)
  }
  knob({ do: 'deposit', sats: 10_000_000 })
  knob({ do: 'transfer', sats: 9_000_000 })
  for (const [side, quantity, usd] of [
    ['buy', 5_000, 68_500],
    ['sell', 30_000, 70_000],
    ['sell', 9_000, 71_000],
    ['buy', 4_000, 70_500],
  ] as const) {
    knob({ do: 'price', usd })
    knob({ do: 'open', mode: 'cross', side, quantity })
    await world.clock.advance(60_000)
  }
  return world
}

async function historyOf(world: FakeWorld, ...argv: string[]) {
  const code = await world.run('history', ...argv)
  return { code, document: JSON.parse(world.out()) as HistoryDocument }
}

describe('cross fills of axisor history', () => {
  test("have the realized P&L of the exchange's books", async () => {
    const world = await worldWithCrossFills()
    const { code, document } = await historyOf(world, '--since', '90d')
    const { books } = world.exchange.state
    expect(code).toBe(0)
    expect(document.crossFills?.map(({ id }) => id)).toEqual(books.crossFilled.map(({ id }) => id).reverse())
    expect(document.crossFills?.map(({ side }) => side)).toEqual(['buy', 'sell', 'sell', 'buy', 'buy'])
    expect(document.crossPlSats).toBe(books.cross.totalPlSats)
    expect(books.cross.totalPlSats).toBeGreaterThan(500_000)
    expect(document.crossUnknownReason).toBeNull()
  })

  test('are replayed from fills before --since', async () => {
    const world = await worldWithCrossFills()
    const { document } = await historyOf(world, '--since', '1d')
    expect(document.crossFills).toHaveLength(4)
    expect(document.crossPlSats).toBe(world.exchange.state.books.cross.totalPlSats)
  })

  test('have no P&L, with the reason, if the position was opened before the first listed fill', async () => {
    const world = await worldWithCrossFills()
    world.exchange.state.books.crossFilled.shift()
    const { code, document } = await historyOf(world)
    expect(code).toBe(0)
    expect(document.crossFills?.map(({ plSats }) => plSats)).toEqual([expect.any(Number), 0, null, 0])
    expect(document.crossPlSats).toBeNull()
    expect(document.crossUnknownReason).toBe(
      'the position was opened before the first fill that the exchange lists',
    )
  })

  test('have no P&L, with the reason, if the position is unreadable', async () => {
    const net = changedReply('/futures/cross/position', () => ({}))
    const { code, document } = await historyOf(await worldWithCrossFills({ net }))
    expect(code).toBe(0)
    expect(document.crossFills?.map(({ plSats }) => plSats)).toEqual([null, null, null, null, null])
    expect(document.crossPlSats).toBeNull()
    expect(document.crossUnknownReason).toBe(
      "the cross position can't be read: GET /v3/futures/cross/position: quantity is missing",
    )
  })

  test('have no P&L while the last fill may not be listed yet', async () => {
    const world = await worldWithCrossFills()
    world.exchange.control(JSON.stringify({ do: 'open', mode: 'cross', side: 'buy', quantity: 30_000 }))
    world.exchange.state.books.crossFilled.pop()
    const { document } = await historyOf(world)
    expect(document.crossPlSats).toBeNull()
    expect(document.crossUnknownReason).toContain('the cross position has just changed')
  })

  test('are null, with the reason, for a key that may not read them', async () => {
    const credentials = { key: 'k', secret: 's', passphrase: 'p' }
    const world = openFakeWorld({
      env: { AXISOR_API_KEY: 'k', AXISOR_API_SECRET: 's', AXISOR_API_PASSPHRASE: 'p' },
      exchange: { extraKeys: [{ credentials, scopes: ['account:read', 'futures:isolated:read'] }] },
    })
    const { code, document } = await historyOf(world)
    expect(code).toBe(0)
    expect(document.trades.length).toBeGreaterThan(10)
    expect(document).toMatchObject({ crossFills: null, crossPlSats: null })
    expect(document.crossUnknownReason).toContain('403')
  })

  test('are rows of the CSV, with the columns of trades unchanged', async () => {
    const json = await worldWithCrossFills()
    const { document } = await historyOf(json)
    const world = await worldWithCrossFills()
    expect(await world.run('history', '--csv')).toBe(0)
    const [header = '', ...rows] = world.out().trimEnd().split('\r\n')
    expect(header).toBe(
      'asOf,origin,network,id,side,quantityUsd,entryPriceUsd,exitPriceUsd,plSats,openingFeeSats,closingFeeSats,openedAt,closedAt,mode,priceUsd,feeSats,cashInPlSats,cause',
    )
    expect(rows).toHaveLength(document.trades.length + 5)
    const [first] = document.crossFills ?? []
    expect(
      rows
        .find(row => row.includes(first?.id ?? ''))
        ?.split(',')
        .slice(4),
    ).toEqual([
      'buy',
      '4000',
      '',
      '',
      String(first?.plSats),
      '',
      '',
      '',
      first?.filledAt,
      'cross',
      String(first?.priceUsd),
      String(first?.feeSats),
      '',
      '',
    ])
    const closedAt = rows.map(row => row.split(',')[12] ?? '')
    expect(closedAt).toEqual(closedAt.toSorted().toReversed())
  })

  test('have no P&L, with the reason, if one of them is unreadable', async () => {
    const { code, document } = await historyOf(
      await worldWithCrossFills({ net: changedRow('/futures/cross/orders/filled', 1, { price: {} }) }),
    )
    expect(code).toBe(6)
    expect(document.crossFills?.map(({ plSats }) => plSats)).toEqual([null, null, null, null])
    expect(document.crossUnknownReason).toBe("a cross fill can't be read")
    expect(document.unreadable).toMatchObject([{ list: 'crossFills', field: 'price' }])
  })

  test.each([
    [
      'in every read',
      Number.POSITIVE_INFINITY,
      'the cross position changes while its fills are read; try again',
    ],
    ['once', 1, null],
  ])('are read again if the position changes meanwhile (%s)', async (_name, times, reason) => {
    let reads = 0
    const net = changedReply('/futures/cross/position', value => {
      const position = value as { readonly quantity: number }
      reads += 1
      // The first reply is of a moment before the others; later ones differ as often as the test requires.
      return reads <= times ? { ...position, quantity: position.quantity + reads } : position
    })
    const { code, document } = await historyOf(await worldWithCrossFills({ net }))
    expect(code).toBe(0)
    expect(document.crossUnknownReason).toBe(reason)
    expect(document.crossPlSats === null).toBe(reason !== null)
  })
})

describe('cross fills of many pages', () => {
  /** Adds `count` fills, one each 20 s: they sell and buy back a part of the position of 25,000 USD, or all of it, at its entry price. */
  async function listedWith(count: number, sizeUsd: number) {
    let pages = 0
    const net = changedReply('/futures/cross/orders/filled', value => {
      pages += 1
      return value
    })
    const world = openFakeWorld({ net })
    const { cross, crossFilled } = world.exchange.state.books
    const [opening] = crossFilled
    if (opening === undefined) throw new Error('the scenario has no cross position')
    for (let n = 0; n < count; n += 1) {
      const side = n % 2 === 0 ? ('sell' as const) : ('buy' as const)
      const filledAt = world.clock.nowMs() - (count - n) * 20_000
      crossFilled.push({
        ...opening,
        id: `fill-${n}`,
        side,
        quantityUsd: sizeUsd,
        feeSats: 0,
        filledAt,
      })
    }
    expect(cross.quantityUsd).toBe(25_000)
    const { code, document } = await historyOf(world, '--since', '1h')
    expect(code).toBe(0)
    return { document, pages }
  }

  test('are replayed from the first page on', async () => {
    const { document, pages } = await listedWith(1_200, 1_000)
    expect(pages).toBe(2)
    expect(document.crossFills).toHaveLength(180)
    expect(document.crossUnknownReason).toBeNull()
    expect(document.crossPlSats).not.toBeNull()
  })

  test('have no P&L if they were bought and sold at one price', async () => {
    const { document } = await listedWith(1_200, 25_000)
    expect(document.crossFills).toHaveLength(180)
    expect(document.crossUnknownReason).toBeNull()
    expect(document.crossPlSats).toBe(0)
  })
})

describe('the net P&L of axisor history', () => {
  test('is the P&L of trades and cross fills, less all fees and funding', async () => {
    const world = await worldWithCrossFills()
    const { code, document } = await historyOf(world, '--since', '90d')
    expect(code).toBe(0)
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, each) => total + each, 0)
    const { books } = world.exchange.state
    const gross = sum(document.trades.map(({ plSats }) => plSats)) + books.cross.totalPlSats
    const fees = sum(document.trades.map(row => row.openingFeeSats + row.closingFeeSats))
    const crossFees = sum((document.crossFills ?? []).map(({ feeSats }) => feeSats))
    const funding = sum([...books.isolatedFunding, ...books.crossFunding].map(({ feeSats }) => feeSats))
    expect(document.fundingFeesSats).toBe(funding)
    expect(funding).not.toBe(0)
    expect(document.netPlSats).toBe(gross - fees - crossFees - funding)
    expect(document.netUnknownReason).toBeNull()
  })

  test('contains what was cashed in', async () => {
    const world = openFakeWorld()
    const knob = (command: object) => world.exchange.control(JSON.stringify(command))
    const { id } = JSON.parse(knob({ do: 'open', quantity: 500, leverage: 5 }).body) as { id: string }
    knob({ do: 'price', usd: 72_000 })
    expect(knob({ do: 'cashIn', id, sats: 1_000 }).status).toBe(200)
    knob({ do: 'close', id })
    await world.clock.advance(1_000)
    const { document } = await historyOf(world)
    const trade = document.trades.find(each => each.id === id)
    expect(trade?.cashInPlSats).toBeGreaterThan(0)
    const ended = world.exchange.state.books.closed.find(each => each.id === id)
    expect(trade?.cashInPlSats).toBe(ended?.cashInPlSats)
    const ofTrades = document.trades.map(row => {
      return row.plSats + (row.cashInPlSats ?? 0) - row.openingFeeSats - row.closingFeeSats
    })
    const ofFills = (document.crossFills ?? []).map(row => (row.plSats ?? 0) - row.feeSats)
    const gross = [...ofTrades, ...ofFills].reduce((sum, each) => sum + each, 0)
    const expected = gross - (document.fundingFeesSats ?? 0)
    expect(document.netPlSats).toBe(expected)
  })

  test.each([
    ['/futures/isolated/funding-fees', 0, { fee: 1.5 }, 'a funding fee can', 0],
    ['/futures/isolated/trades/closed', 0, { pl: {} }, 'a row can', 6],
  ])(
    'is null with the reason if a row of %s is unreadable',
    async (path, index, fields, reason, exitCode) => {
      const world = await worldWithCrossFills({ net: changedRow(path, index, fields) })
      const { code, document } = await historyOf(world, '--since', '90d')
      expect(code).toBe(exitCode)
      expect(document.netPlSats).toBeNull()
      expect(document.netUnknownReason).toContain(reason)
    },
  )

  test('is null with the reason if funding fees fail, and the trades are printed', async () => {
    const world = await worldWithCrossFills({
      net: changedReply('/futures/cross/funding-fees', () => 'busy'),
    })
    const { code, document } = await historyOf(world)
    expect(code).toBe(0)
    expect(document.trades.length).toBeGreaterThan(10)
    expect(document).toMatchObject({ fundingFeesSats: null, netPlSats: null })
    expect(document.netUnknownReason).toContain("the funding fees can't be read")
  })
})
