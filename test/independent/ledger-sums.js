#!/usr/bin/env node
// Computes the sums of an account from the raw pages of the exchange, and prints them as JSON. It shares no code with axisor, so that a
// mistake of axisor is not repeated here: AXISOR_API_KEY=… AXISOR_API_SECRET=… AXISOR_API_PASSPHRASE=… AXISOR_API_URL=… node ledger-sums.js
import { createHmac } from 'node:crypto'

const { AXISOR_API_KEY: key, AXISOR_API_SECRET: secret, AXISOR_API_PASSPHRASE: passphrase } = process.env
const base = new URL(process.env.AXISOR_API_URL ?? 'https://api.lnmarkets.com/v3')

async function get(path, isPublic = false) {
  const target = `${base.pathname}${path}`
  for (;;) {
    const timestamp = String(Date.now())
    const signature = createHmac('sha256', secret).update(`${timestamp}get${target}`).digest('base64')
    const signed = {
      'lnm-access-key': key,
      'lnm-access-passphrase': passphrase,
      'lnm-access-timestamp': timestamp,
      'lnm-access-signature': signature,
    }
    const reply = await fetch(base.origin + target, { headers: isPublic ? {} : signed })
    if (reply.status === 200) return reply.json()
    if (reply.status !== 429) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    await new Promise(resolve => setTimeout(resolve, 1_000 * Number(reply.headers.get('retry-after') ?? 1)))
  }
}

/** All rows of a listing, each once: a page may repeat rows of the one before. */
async function rowsOf(path, isPublic = false) {
  const rows = new Map()
  for (let cursor = ''; ; ) {
    const page = await get(`${path}?limit=100${cursor}`, isPublic)
    for (const row of page.data) rows.set(row.id ?? `${row.settlementId} ${row.tradeId}`, row)
    if (page.nextCursor == null) return [...rows.values()]
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
}

const sum = (rows, amountOf) => rows.reduce((total, row) => total + amountOf(row), 0)
const cents = value => Math.round(value * 100) / 100

const account = await get('/account')
const running = await get('/futures/isolated/trades/running')
const open = await get('/futures/isolated/trades/open')
const cross = await get('/futures/cross/position')
const closed = (await rowsOf('/futures/isolated/trades/closed')).filter(trade => trade.closed)
const fills = (await rowsOf('/futures/cross/orders/filled')).filter(order => order.filledAt !== null)
const transfers = await rowsOf('/futures/cross/transfers')
const isolatedFunding = await rowsOf('/futures/isolated/funding-fees')
const crossFunding = await rowsOf('/futures/cross/funding-fees')
const settlements = await rowsOf('/futures/funding-settlements', true)
const lightning = await rowsOf('/account/deposits/lightning')
const onChain = await rowsOf('/account/deposits/on-chain')
const withdrawals = [
  ...(await rowsOf('/account/withdrawals/lightning')),
  ...(await rowsOf('/account/withdrawals/on-chain')),
].filter(({ status }) => !['failed', 'canceled', 'rejected'].includes(status.toLowerCase()))
const deposits = [
  ...lightning.filter(({ settledAt }) => settledAt != null),
  ...onChain.filter(({ status }) => status.toLowerCase() !== 'mempool'),
]
const swaps = await rowsOf('/synthetic-usd/swaps')

const funding = [...isolatedFunding, ...crossFunding]
const crossFees = sum(fills, ({ tradingFee }) => tradingFee)
// What the margin is, less what came in by transfers and what was paid, is what fills have made.
const crossPl =
  cross.margin - sum(transfers, row => row.amount) + crossFees + sum(crossFunding, row => row.fee)
const isolatedPl = sum(closed, ({ pl }) => pl) + sum([...closed, ...running], trade => trade.sumCashInPl)
const feesSats =
  sum([...closed, ...running], ({ openingFee }) => openingFee) +
  sum(closed, ({ closingFee }) => closingFee) +
  crossFees
const fixing = new Map(settlements.map(row => [row.id, row.fixingPrice]))

/** Sums of fees and funding by UTC day. */
const days = {}
const add = (time, name, amount) => {
  const day = new Date(time).toISOString().slice(0, 10)
  days[day] ??= { feesSats: 0, fundingSats: 0, trades: 0 }
  days[day][name] += amount
}
for (const trade of [...closed, ...running]) add(trade.filledAt, 'feesSats', trade.openingFee)
for (const trade of closed) add(trade.closedAt, 'feesSats', trade.closingFee)
for (const trade of closed) add(trade.closedAt, 'trades', 1)
for (const fill of fills) add(fill.filledAt, 'feesSats', fill.tradingFee)
for (const row of funding) add(row.time, 'fundingSats', row.fee)

/** Swaps at the average cost of the dollars. */
let dollars = 0
let costSats = 0
let swapGains = 0
for (const swap of swaps.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))) {
  if (swap.inAsset === 'BTC') {
    dollars += swap.outAmount
    costSats += swap.inAmount
  } else {
    const share = dollars === 0 ? 0 : Math.trunc((costSats * swap.inAmount) / dollars)
    dollars -= swap.inAmount
    costSats -= share
    swapGains += swap.outAmount - share
  }
}

const isolatedSats =
  sum(running, ({ margin }) => margin) + sum([...running, ...open], trade => reserveOf(trade))

/** Sats outside the margin: reserved by an order, or what a running trade has not spent of its reserve, as the exchange reports it. */
function reserveOf({ running: isRunning, margin, maintenanceMargin }) {
  return isRunning ? maintenanceMargin : margin + maintenanceMargin
}

const books = {
  depositsSats: sum(deposits, ({ amount }) => amount),
  withdrawalsSats: sum(withdrawals, ({ amount }) => amount),
  withdrawalFeesSats: sum(withdrawals, row => row.fee ?? 0),
  grossPlSats: isolatedPl + crossPl,
  tradingFeesSats: feesSats,
  fundingSats: sum(funding, row => row.fee),
  swapsSats: swapGains,
}
console.log(
  JSON.stringify({
    books,
    fundingUsd: cents(sum(funding, row => (row.fee * fixing.get(row.settlementId)) / 1e8)),
    trades: closed.length,
    days,
    expectedSats:
      books.depositsSats -
      books.withdrawalsSats -
      books.withdrawalFeesSats +
      books.grossPlSats -
      books.tradingFeesSats -
      books.fundingSats +
      books.swapsSats,
    heldSats: account.balance + isolatedSats + cross.margin + costSats,
  }),
)
