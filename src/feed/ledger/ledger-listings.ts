import type { LedgerRoute } from '../../ledger/coverage.ts'
import {
  type DepositRow,
  type FillRow,
  type FundingRow,
  isCredited,
  type LedgerTable,
  type LedgerTables,
  type SettlementRow,
  type SwapRow,
  type TradeRow,
  type TransferRow,
  type WithdrawalRow,
} from '../../ledger/rows.ts'
import type { Decoded } from '../../wire/decoded.ts'
import {
  decodeFillRows,
  decodeFundingRows,
  decodeTradeRows,
  decodeTransferRows,
} from '../../wire/lnm/ledger-trades.ts'
import {
  decodeChainDeposits,
  decodeLightningDeposits,
  decodeSettlements,
  decodeSwapRows,
  decodeWithdrawals,
} from '../../wire/lnm/ledger-wallet.ts'
import type { Page } from '../../wire/lnm/page.ts'

/** A listing of the exchange that fills a table of a ledger. */
export interface LedgerListing<Table extends LedgerTable = LedgerTable> {
  readonly route: LedgerRoute
  readonly table: Table
  decode(body: unknown): Decoded<Page<LedgerTables[Table]>>
  idOf(row: LedgerTables[Table]): string
  /** What the exchange sorts by, ms since 1970. */
  timeOf(row: LedgerTables[Table]): number
  /** True for a row that the exchange will change. Absent: none. */
  isPending?(row: LedgerTables[Table]): boolean
}

/** Fixes the table of a listing while it is written, and forgets it for the list of all. */
function listing<Table extends LedgerTable>(spec: LedgerListing<Table>): LedgerListing {
  return spec as unknown as LedgerListing
}

const idOf = ({ id }: { readonly id: string }): string => id
const timeOf = ({ at }: { readonly at: number }): number => at
const createdAt = (row: { readonly createdAt: number }): number => row.createdAt

function tradeListing(route: 'isolatedClosed' | 'isolatedCanceled'): LedgerListing {
  return listing<'trades'>({
    route,
    table: 'trades',
    decode: body => decodeTradeRows(body, route),
    idOf,
    timeOf: (trade: TradeRow) => trade.closedAt ?? trade.createdAt,
  })
}

function fundingListing(route: 'isolatedFunding' | 'crossFunding'): LedgerListing {
  return listing<'funding'>({
    route,
    table: 'funding',
    decode: body => decodeFundingRows(body, route),
    idOf: (fee: FundingRow) => fee.key,
    timeOf,
  })
}

function depositListing(
  route: 'depositsLightning' | 'depositsOnChain',
  decode: (body: unknown) => Decoded<Page<DepositRow>>,
): LedgerListing {
  const isPending = (row: DepositRow): boolean => !isCredited(row) || row.status === 'confirmed'
  return listing<'deposits'>({ route, table: 'deposits', decode, idOf, timeOf: createdAt, isPending })
}

function withdrawalListing(route: 'withdrawalsLightning' | 'withdrawalsOnChain'): LedgerListing {
  return listing<'withdrawals'>({
    route,
    table: 'withdrawals',
    decode: body => decodeWithdrawals(body, route),
    idOf,
    timeOf: createdAt,
    isPending: ({ status, feeSats }: WithdrawalRow) =>
      status === 'pending' || status === 'processing' || (status === 'processed' && feeSats === null),
  })
}

/** All listings of a ledger, the short ones first. */
export const LEDGER_LISTINGS: readonly LedgerListing[] = [
  depositListing('depositsLightning', decodeLightningDeposits),
  depositListing('depositsOnChain', decodeChainDeposits),
  withdrawalListing('withdrawalsLightning'),
  withdrawalListing('withdrawalsOnChain'),
  listing<'swaps'>({
    route: 'swaps',
    table: 'swaps',
    decode: decodeSwapRows,
    idOf: (row: SwapRow) => row.id,
    timeOf,
  }),
  listing<'transfers'>({
    route: 'crossTransfers',
    table: 'transfers',
    decode: decodeTransferRows,
    idOf: (row: TransferRow) => row.id,
    timeOf,
  }),
  listing<'fills'>({
    route: 'crossFilled',
    table: 'fills',
    decode: decodeFillRows,
    idOf: (row: FillRow) => row.id,
    timeOf: (row: FillRow) => row.filledAt,
  }),
  fundingListing('crossFunding'),
  tradeListing('isolatedClosed'),
  tradeListing('isolatedCanceled'),
  fundingListing('isolatedFunding'),
  listing<'settlements'>({
    route: 'settlements',
    table: 'settlements',
    decode: decodeSettlements,
    idOf: (row: SettlementRow) => row.id,
    timeOf,
  }),
]
