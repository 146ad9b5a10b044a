import { addRow, type ChainDeposit } from '../exchange-books.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { ExchangeState } from '../state.ts'

interface WalletMessage {
  readonly network: 'lightning' | 'bitcoin'
  readonly id: string
  readonly amountSats: number
  readonly status: string
  readonly txId?: string
}

function walletMessage(state: ExchangeState, { network, id, amountSats, status, txId }: WalletMessage) {
  const message = {
    currency: 'btc',
    network,
    id,
    amount: amountSats,
    balance: state.books.balanceSats,
    status,
  }
  return txId === undefined ? message : { ...message, txId }
}

/** Credits a lightning deposit, settled immediately. */
export function depositLightning(
  state: ExchangeState,
  at: number,
  amountSats: number,
  comment: string | null = null,
): void {
  const id = state.ids.uuid()
  state.books.balanceSats += amountSats
  addRow(state.books.lightningDeposits, {
    id,
    createdAt: at,
    amountSats,
    paymentHash: state.ids.hex(32),
    settledAt: at,
    comment,
  })
  notify(state, at, 'deposit', { id, amount: amountSats })
  state.publish(
    TOPIC.deposit,
    walletMessage(state, { network: 'lightning', id, amountSats, status: 'confirmed' }),
  )
}

/** Adds an on-chain deposit in the mempool. It is credited at its first confirmation. */
export function depositOnChain(state: ExchangeState, at: number, amountSats: number): ChainDeposit {
  const deposit: ChainDeposit = {
    id: state.ids.uuid(),
    createdAt: at,
    amountSats,
    txId: state.ids.hex(32),
    status: 'MEMPOOL',
    confirmations: 0,
    blockHeight: null,
  }
  addRow(state.books.chainDeposits, deposit)
  publishChainDeposit(state, deposit)
  return deposit
}

function publishChainDeposit(state: ExchangeState, { id, amountSats, status, txId }: ChainDeposit): void {
  const message = { network: 'bitcoin', id, amountSats, status: status.toLowerCase(), txId } as const
  state.publish(TOPIC.deposit, walletMessage(state, message))
}

/** Adds a block to every deposit that is not final. The first block confirms a deposit, the sixth makes it final. */
export function mineBlock(state: ExchangeState, blockHeight: number): void {
  for (const deposit of state.books.chainDeposits) {
    if (deposit.status === 'IRREVERSIBLE') continue
    const before = deposit.status
    deposit.confirmations++
    deposit.blockHeight ??= blockHeight
    deposit.status = deposit.confirmations >= 6 ? 'IRREVERSIBLE' : 'CONFIRMED'
    if (before === 'MEMPOOL') state.books.balanceSats += deposit.amountSats
    if (before !== deposit.status) publishChainDeposit(state, deposit)
  }
}

/** Pays a lightning invoice. Returns false if the balance is too small. */
export function withdrawLightning(state: ExchangeState, at: number, amountSats: number): boolean {
  const feeSats = Math.max(1, Math.floor(amountSats / 1000))
  if (amountSats + feeSats > state.books.balanceSats) return false
  const id = state.ids.uuid()
  state.books.balanceSats -= amountSats + feeSats
  addRow(state.books.lightningWithdrawals, {
    id,
    createdAt: at,
    amountSats,
    feeSats,
    paymentHash: state.ids.hex(32),
    destination: `02${state.ids.hex(32)}`,
    status: 'processed',
  })
  const message = walletMessage(state, { network: 'lightning', id, amountSats, status: 'processed' })
  state.publish(TOPIC.withdrawal, { ...message, fee: feeSats })
  return true
}

/** Adds an unread notification. */
export function notify(state: ExchangeState, at: number, event: string, data: unknown): void {
  addRow(state.books.notifications, { id: state.ids.uuid(), createdAt: at, event, data, read: false })
}

/** Swaps sats to synthetic dollars at `priceUsd` (7.7). Returns false if the amount or the balance is too small. */
export function swapToUsd(state: ExchangeState, at: number, inSats: number, priceUsd: number): boolean {
  const dollars = Math.floor((inSats / 100_000_000) * priceUsd)
  if (inSats > state.books.balanceSats || inSats < 1_000 || dollars < 1) return false
  state.books.balanceSats -= inSats
  state.books.syntheticUsd += dollars
  const assets = { inAmount: inSats, inAsset: 'BTC', outAmount: dollars, outAsset: 'USD' } as const
  addRow(state.books.swaps, { id: state.ids.uuid(), createdAt: at, ...assets })
  return true
}
