import { addRow, type ChainDeposit } from '../exchange-books.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { Desk } from '../state.ts'

interface WalletNews {
  readonly network: 'lightning' | 'bitcoin'
  readonly id: string
  readonly amountSats: number
  readonly status: string
  readonly txId?: string
}

function news(desk: Desk, { network, id, amountSats, status, txId }: WalletNews) {
  const core = { currency: 'btc', network, id, amount: amountSats, balance: desk.books.balanceSats, status }
  return txId === undefined ? core : { ...core, txId }
}

/** A lightning deposit arrives and is settled at once. */
export function depositLightning(
  desk: Desk,
  at: number,
  amountSats: number,
  comment: string | null = null,
): void {
  const id = desk.ids.uuid()
  desk.books.balanceSats += amountSats
  addRow(desk.books.lightningDeposits, {
    id,
    createdAt: at,
    amountSats,
    paymentHash: desk.ids.hex(32),
    settledAt: at,
    comment,
  })
  notify(desk, at, 'deposit', { id, amount: amountSats })
  desk.publish(TOPIC.deposit, news(desk, { network: 'lightning', id, amountSats, status: 'confirmed' }))
}

/** An on-chain deposit is seen in the mempool; the balance grows when it is confirmed. */
export function depositOnChain(desk: Desk, at: number, amountSats: number): ChainDeposit {
  const deposit: ChainDeposit = {
    id: desk.ids.uuid(),
    createdAt: at,
    amountSats,
    txId: desk.ids.hex(32),
    status: 'MEMPOOL',
    confirmations: 0,
    blockHeight: null,
  }
  addRow(desk.books.chainDeposits, deposit)
  chainNews(desk, deposit)
  return deposit
}

function chainNews(desk: Desk, { id, amountSats, status, txId }: ChainDeposit): void {
  const word = status.toLowerCase()
  desk.publish(TOPIC.deposit, news(desk, { network: 'bitcoin', id, amountSats, status: word, txId }))
}

/** One more block on every deposit that is not final: the first confirms it, the sixth makes it final. */
export function mineBlock(desk: Desk, blockHeight: number): void {
  for (const deposit of desk.books.chainDeposits) {
    if (deposit.status === 'IRREVERSIBLE') continue
    const before = deposit.status
    deposit.confirmations++
    deposit.blockHeight ??= blockHeight
    deposit.status = deposit.confirmations >= 6 ? 'IRREVERSIBLE' : 'CONFIRMED'
    if (before === 'MEMPOOL') desk.books.balanceSats += deposit.amountSats
    if (before !== deposit.status) chainNews(desk, deposit)
  }
}

/** Pays a lightning invoice. False when the balance is too small. */
export function withdrawLightning(desk: Desk, at: number, amountSats: number): boolean {
  const feeSats = Math.max(1, Math.floor(amountSats / 1000))
  if (amountSats + feeSats > desk.books.balanceSats) return false
  const id = desk.ids.uuid()
  desk.books.balanceSats -= amountSats + feeSats
  addRow(desk.books.lightningWithdrawals, {
    id,
    createdAt: at,
    amountSats,
    feeSats,
    paymentHash: desk.ids.hex(32),
    destination: `02${desk.ids.hex(32)}`,
    status: 'processed',
  })
  const told = news(desk, { network: 'lightning', id, amountSats, status: 'processed' })
  desk.publish(TOPIC.withdrawal, { ...told, fee: feeSats })
  return true
}

/** Adds an unread notification. */
export function notify(desk: Desk, at: number, event: string, data: unknown): void {
  addRow(desk.books.notifications, { id: desk.ids.uuid(), createdAt: at, event, data, read: false })
}

/** Turns sats into synthetic dollars at the bid (7.7). False when the balance is too small. */
export function swapToUsd(desk: Desk, at: number, inSats: number, priceUsd: number): boolean {
  const dollars = Math.floor((inSats / 100_000_000) * priceUsd)
  if (inSats > desk.books.balanceSats || inSats < 1_000 || dollars < 1) return false
  desk.books.balanceSats -= inSats
  desk.books.syntheticUsd += dollars
  const assets = { inAmount: inSats, inAsset: 'BTC', outAmount: dollars, outAsset: 'USD' } as const
  addRow(desk.books.swaps, { id: desk.ids.uuid(), createdAt: at, ...assets })
  return true
}
