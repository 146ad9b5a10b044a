import { formatNumber, formatSigned, shortId } from '../../domain/format.ts'
import { holeOf, type LedgerRoute } from '../../ledger/coverage.ts'
import {
  type DepositRow,
  isCredited,
  isDebited,
  type SwapRow,
  type WithdrawalRow,
} from '../../ledger/rows.ts'
import type {
  DepositsDocument,
  SwapsDocument,
  WithdrawalsDocument,
} from '../../wire/ledger/wallet-documents.ts'
import { ORIGIN_FIELDS, originCells, toCsv } from '../csv-text.ts'
import { linesText, minute, sumOrNull } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type HeadFacts, headOf, ledgerHeadLines } from './head.ts'

/** The rows of a range, oldest first, and how many of the newest to print. */
export interface RangeRows<Row> {
  readonly rows: readonly Row[]
  /** Null: from the first row. */
  readonly from: number | null
  readonly to: number
  readonly limit: number | null
  readonly facts: HeadFacts
}

/** The part of every document that the range decides. The sums are about the whole range. */
function listed<Row>({ rows, from, to, limit, facts }: RangeRows<Row>, routes: readonly LedgerRoute[]) {
  const newest = rows.toReversed()
  const shown = limit === null ? newest : newest.slice(0, limit)
  const head = {
    ...headOf(facts, routes),
    from: from === null ? null : iso(from),
    to: iso(to),
    truncated: shown.length < rows.length,
  }
  return { head, shown, isWhole: holeOf(facts.routes, routes, from) === null }
}

/** Converts deposits to their document. */
export function depositsDocument(range: RangeRows<DepositRow>): DepositsDocument {
  const { head, shown, isWhole } = listed(range, ['depositsLightning', 'depositsOnChain'])
  const credited = range.rows.filter(isCredited)
  return {
    ...head,
    totalSats: isWhole ? sumOrNull(credited.map(row => row.amountSats)) : null,
    rows: shown.map(({ id, network, status, amountSats, createdAt, settledAt }) => ({
      id,
      network,
      status,
      amountSats,
      createdAt: iso(createdAt),
      settledAt: settledAt === null ? null : iso(settledAt),
    })),
  }
}

/** Converts withdrawals to their document. */
export function withdrawalsDocument(range: RangeRows<WithdrawalRow>): WithdrawalsDocument {
  const { head, shown, isWhole } = listed(range, ['withdrawalsLightning', 'withdrawalsOnChain'])
  const debited = range.rows.filter(isDebited)
  return {
    ...head,
    totalSats: isWhole ? sumOrNull(debited.map(row => row.amountSats)) : null,
    totalFeesSats: isWhole ? sumOrNull(debited.map(row => row.feeSats)) : null,
    rows: shown.map(({ id, network, status, amountSats, feeSats, createdAt }) => {
      return { id, network, status, amountSats, feeSats, createdAt: iso(createdAt) }
    }),
  }
}

/** Converts swaps to their document. */
export function swapsDocument(range: RangeRows<SwapRow>): SwapsDocument {
  const { head, shown } = listed(range, ['swaps'])
  return {
    ...head,
    rows: shown.map(({ id, at, inAsset, inAmount, outAsset, outAmount }) => {
      return { id, at: iso(at), inAsset, inAmount, outAsset, outAmount }
    }),
  }
}

type WalletDocument = DepositsDocument | WithdrawalsDocument | SwapsDocument

function textOf<Row>(
  document: WalletDocument & { readonly rows: readonly Row[] },
  columns: readonly TableColumn<Row>[],
  totals: readonly string[],
  width: number,
): string {
  const { rows, from, truncated } = document
  const since = from === null ? 'since the first' : `since ${minute(from)} UTC`
  const more = truncated ? ', newest only' : ''
  return linesText([
    ...ledgerHeadLines(document, `${formatNumber(rows.length)} ${since}${more}`),
    ...totals,
    ...(rows.length === 0 ? [] : ['', ...tableLines(columns, rows, width)]),
  ])
}

function id(row: { readonly id: string }): string {
  return shortId(row.id, 'isolated')
}

const DEPOSIT_COLUMNS: readonly TableColumn<DepositsDocument['rows'][number]>[] = [
  { title: 'CREATED UTC', align: 'left', cell: row => minute(row.createdAt) },
  { title: 'AMOUNT sat', align: 'right', cell: row => formatNumber(row.amountSats) },
  { title: 'STATUS', align: 'left', cell: row => row.status },
  { title: 'NETWORK', align: 'left', cell: row => row.network },
  { title: 'ID', align: 'left', cell: id },
]

const WITHDRAWAL_COLUMNS: readonly TableColumn<WithdrawalsDocument['rows'][number]>[] = [
  { title: 'CREATED UTC', align: 'left', cell: row => minute(row.createdAt) },
  { title: 'AMOUNT sat', align: 'right', cell: row => formatNumber(row.amountSats) },
  { title: 'FEE sat', align: 'right', cell: row => formatNumber(row.feeSats) },
  { title: 'STATUS', align: 'left', cell: row => row.status },
  { title: 'NETWORK', align: 'left', cell: row => row.network },
  { title: 'ID', align: 'left', cell: id },
]

const SWAP_COLUMNS: readonly TableColumn<SwapsDocument['rows'][number]>[] = [
  { title: 'SWAPPED UTC', align: 'left', cell: row => minute(row.at) },
  { title: 'FROM', align: 'right', cell: row => `${formatNumber(row.inAmount)} ${unit(row.inAsset)}` },
  { title: 'TO', align: 'right', cell: row => `${formatNumber(row.outAmount)} ${unit(row.outAsset)}` },
  { title: 'ID', align: 'left', cell: id },
]

function unit(asset: 'BTC' | 'USD'): string {
  return asset === 'BTC' ? 'sat' : '$'
}

/** Returns deposits as a table with their sum. */
export function depositsText(document: DepositsDocument, width: number): string {
  return textOf(document, DEPOSIT_COLUMNS, [`DEPOSITED ${formatSigned(document.totalSats)} sat`], width)
}

/** Returns withdrawals as a table with their sums. */
export function withdrawalsText(document: WithdrawalsDocument, width: number): string {
  const { totalSats, totalFeesSats } = document
  const total = `WITHDRAWN ${formatNumber(totalSats)} sat  fees ${formatNumber(totalFeesSats)} sat`
  return textOf(document, WITHDRAWAL_COLUMNS, [total], width)
}

/** Returns swaps as a table. */
export function swapsText(document: SwapsDocument, width: number): string {
  return textOf(document, SWAP_COLUMNS, [], width)
}

/** Returns one CSV row per row of a listing. `fields` are its columns, also if it is empty. */
export function walletCsv<Row extends object>(
  document: WalletDocument & { readonly rows: readonly Row[] },
  fields: readonly (keyof Row & string)[],
): string {
  return toCsv(
    [...ORIGIN_FIELDS, ...fields.map(field => (field === 'network' ? 'paymentNetwork' : field))],
    document.rows.map(row => [
      ...originCells(document),
      ...fields.map(field => row[field] as string | number | null),
    ]),
  )
}
