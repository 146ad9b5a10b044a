import * as z from 'zod/mini'
import type { CrossTotals } from '../../ledger/account-state.ts'
import type { DepositRow, SettlementRow, SwapRow, WithdrawalRow } from '../../ledger/rows.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { idField } from '../foreign-text.ts'
import { lazy, validate } from '../validate.ts'
import {
  isoTime,
  marginField,
  priceField,
  rateField,
  satsField,
  signedQuantityField,
  syntheticUsdField,
} from './fields.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

const timeOrNull = z.nullable(isoTime)

const lightningDepositSchema = lazy(() =>
  z.object({ id: idField, createdAt: isoTime, amount: marginField, settledAt: timeOrNull }),
)

/** Decodes one page of lightning deposits: those that are paid are settled. */
export function decodeLightningDeposits(body: unknown): Decoded<Page<DepositRow>> {
  return decodePage(body, {
    label: ROUTES.depositsLightning.label,
    schema: lightningDepositSchema(),
    map: ({ id, createdAt, amount, settledAt }): DepositRow => {
      const status = settledAt === null ? 'unsettled' : 'settled'
      return { id, network: 'lightning', status, amountSats: amount, createdAt, settledAt }
    },
  })
}

const DEPOSIT_STATUS = { MEMPOOL: 'mempool', CONFIRMED: 'confirmed', IRREVERSIBLE: 'irreversible' } as const

const chainDepositSchema = lazy(() =>
  z.object({
    id: idField,
    createdAt: isoTime,
    amount: marginField,
    status: z.enum(['MEMPOOL', 'CONFIRMED', 'IRREVERSIBLE']),
  }),
)

/** Decodes one page of on-chain deposits. */
export function decodeChainDeposits(body: unknown): Decoded<Page<DepositRow>> {
  return decodePage(body, {
    label: ROUTES.depositsOnChain.label,
    schema: chainDepositSchema(),
    map: ({ id, createdAt, amount, status }): DepositRow => ({
      id,
      network: 'on-chain',
      status: DEPOSIT_STATUS[status],
      amountSats: amount,
      createdAt,
      settledAt: null,
    }),
  })
}

const withdrawalSchema = lazy(() =>
  z.object({
    id: idField,
    createdAt: isoTime,
    amount: marginField,
    fee: z.nullable(satsField),
    status: z.enum(['pending', 'processing', 'processed', 'failed', 'canceled', 'rejected']),
  }),
)

/** Decodes one page of withdrawals of either network. */
export function decodeWithdrawals(
  body: unknown,
  route: 'withdrawalsLightning' | 'withdrawalsOnChain',
): Decoded<Page<WithdrawalRow>> {
  const network = route === 'withdrawalsLightning' ? 'lightning' : 'on-chain'
  return decodePage(body, {
    label: ROUTES[route].label,
    schema: withdrawalSchema(),
    map: ({ id, createdAt, amount, fee, status }): WithdrawalRow => {
      return { id, network, status, amountSats: amount, feeSats: fee, createdAt }
    },
  })
}

const assetField = z.enum(['BTC', 'USD'])
const amountField = z.number().check(z.nonnegative(), z.maximum(Number.MAX_SAFE_INTEGER))

const swapSchema = lazy(() =>
  z
    .object({
      id: idField,
      createdAt: isoTime,
      inAmount: amountField,
      inAsset: assetField,
      outAmount: amountField,
      outAsset: assetField,
    })
    .check(
      z.refine(({ inAsset, outAsset }) => inAsset !== outAsset, 'swaps an asset for itself'),
      z.refine(
        row => Number.isInteger(row.inAsset === 'BTC' ? row.inAmount : row.outAmount),
        'has a fraction of a sat',
      ),
    ),
)

/** Decodes one page of swaps. */
export function decodeSwapRows(body: unknown): Decoded<Page<SwapRow>> {
  return decodePage(body, {
    label: ROUTES.swaps.label,
    schema: swapSchema(),
    map: ({ createdAt, ...swap }): SwapRow => ({ ...swap, at: createdAt }),
  })
}

const settlementSchema = lazy(() =>
  z.object({ id: idField, time: isoTime, fundingRate: rateField, fixingPrice: priceField }),
)

/** Decodes one page of funding settlements. */
export function decodeSettlements(body: unknown): Decoded<Page<SettlementRow>> {
  return decodePage(body, {
    label: ROUTES.settlements.label,
    schema: settlementSchema(),
    map: ({ id, time, fundingRate, fixingPrice }): SettlementRow => {
      return { id, at: time, rate: fundingRate, fixingPriceUsd: fixingPrice }
    },
  })
}

/** The funds in the account itself, and its id. */
export interface AccountFunds {
  readonly id: string
  readonly balanceSats: number
  readonly syntheticUsd: number
}

const accountSchema = lazy(() =>
  z.object({ id: idField, balance: satsField, syntheticUsdBalance: syntheticUsdField }),
)

/** Decodes what the books need of the reply to `GET /account`. Each field is required. */
export function decodeAccountFunds(body: unknown): Decoded<AccountFunds> {
  const checked = validate(accountSchema(), body, ROUTES.account.label)
  if (!checked.ok) return checked
  const { id, balance, syntheticUsdBalance } = checked.value
  return { ok: true, value: { id, balanceSats: balance, syntheticUsd: syntheticUsdBalance } }
}

const crossSchema = lazy(() =>
  z.object({
    quantity: signedQuantityField,
    margin: satsField,
    totalPl: satsField,
    tradingFees: satsField,
    fundingFees: satsField,
  }),
)

/** Decodes the totals of the cross account, each of which is required. */
export function decodeCrossTotals(body: unknown): Decoded<CrossTotals> {
  const checked = validate(crossSchema(), body, ROUTES.crossPosition.label)
  if (!checked.ok) return invalid(checked.fault.where, checked.fault.message)
  const { quantity, margin, totalPl, tradingFees, fundingFees } = checked.value
  return {
    ok: true,
    value: {
      quantityUsd: quantity,
      marginSats: margin,
      totalPlSats: totalPl,
      feesSats: tradingFees,
      fundingSats: fundingFees,
    },
  }
}
