import type { SimulatorWorld } from './simulator.ts'

type Row = Record<string, number> & { state?: string }

/** Reads all rows of a paged route. A row at a page boundary may be returned twice. */
export async function allRows(world: SimulatorWorld, path: string): Promise<Row[]> {
  const rows = new Map<string, Row>()
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const page = (await world.read(`/v3${path}${query}`)) as { data: Row[]; nextCursor: string | null }
    for (const row of page.data) rows.set(JSON.stringify(row), row)
    cursor = page.nextCursor
  } while (cursor !== null)
  return [...rows.values()]
}

const sum = (rows: readonly Row[], of: (row: Row) => number | undefined) =>
  rows.reduce((total, row) => total + (of(row) ?? 0), 0)

/**
 * Returns the funds of the account and the funds expected from its history, in sats, both read from REST: deposits minus
 * withdrawals and swaps, plus profit, minus fees and funding. Time must not advance during the read.
 */
export async function holdings(world: SimulatorWorld): Promise<{ held: number; expected: number }> {
  const account = (await world.read('/v3/account')) as Row
  const running = (await world.read('/v3/futures/isolated/trades/running')) as Row[]
  const open = (await world.read('/v3/futures/isolated/trades/open')) as Row[]
  const cross = (await world.read('/v3/futures/cross/position')) as Row
  const closed = await allRows(world, '/futures/isolated/trades/closed')
  const lightning = await allRows(world, '/account/deposits/lightning')
  const chain = await allRows(world, '/account/deposits/on-chain')
  const paidOut = await allRows(world, '/account/withdrawals/lightning')
  const swaps = await allRows(world, '/synthetic-usd/swaps')
  const isolatedFunding = await allRows(world, '/futures/isolated/funding-fees')
  const crossFunding = await allRows(world, '/futures/cross/funding-fees')
  const fills = await allRows(world, '/futures/cross/orders/filled')

  const held =
    Number(account.balance) +
    sum([...running, ...open], t => Number(t.margin) + Number(t.maintenanceMargin)) +
    Number(cross.margin)
  const expected =
    sum(lightning, d => d.amount) +
    sum(
      chain.filter(d => Number(d.confirmations) > 0),
      d => d.amount,
    ) -
    sum(paidOut, w => Number(w.amount) + Number(w.fee)) -
    sum(swaps, s => s.inAmount) +
    sum(closed, t => Number(t.pl) - Number(t.closingFee)) -
    sum([...closed, ...running], t => t.openingFee) -
    sum(isolatedFunding, f => f.fee) +
    sum([...closed, ...running], t => t.sumCashInPl) +
    Number(cross.totalPl) -
    sum(fills, f => f.tradingFee) -
    sum(crossFunding, f => f.fee)
  return { held, expected }
}
