import { formatNumber, formatSigned } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Audit } from '../../ledger/audit.ts'
import { type Books, satsNumber } from '../../ledger/books.ts'
import { LEDGER_ROUTES } from '../../ledger/coverage.ts'
import type { AuditDocument } from '../../wire/ledger/audit-document.ts'
import { linesText } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type HeadFacts, headOf, ledgerHeadLines } from './head.ts'

function booksDocument(books: Books): AuditDocument['books'] {
  return {
    depositsSats: satsNumber(books.deposits),
    withdrawalsSats: satsNumber(books.withdrawals),
    withdrawalFeesSats: satsNumber(books.withdrawalFees),
    grossPlSats: satsNumber(books.grossPl),
    tradingFeesSats: satsNumber(books.tradingFees),
    fundingSats: satsNumber(books.funding),
    swapsSats: satsNumber(books.swaps),
  }
}

/** Converts an audit to its document. */
export function auditDocument(audit: Audit, facts: HeadFacts): AuditDocument {
  const { balanceSats, isolatedSats, crossMarginSats, syntheticCostSats, totalSats } = audit.held
  return {
    ...headOf(
      facts,
      LEDGER_ROUTES.filter(route => route !== 'settlements'),
    ),
    balances: audit.restSats === null ? null : audit.restSats === 0n && audit.findings.length === 0,
    books: booksDocument(audit.books),
    expectedSats: satsNumber(audit.expectedSats),
    held: {
      balanceSats,
      isolatedSats,
      crossMarginSats,
      syntheticCostSats: Number(syntheticCostSats),
      totalSats: Number(totalSats),
    },
    restSats: satsNumber(audit.restSats),
    unknownReason: audit.unknownReason,
    firstWrongDay: audit.firstWrongDay,
    findings: audit.findings.map(({ kind, sats, window, records, text }) => ({
      kind,
      sats: satsNumber(sats),
      from: window?.from == null ? null : iso(window.from),
      to: window === null ? null : iso(window.to),
      records: [...records],
      text,
    })),
    days: audit.days.map(({ day, books, changeSats, restSats }) => ({
      day,
      books: booksDocument(books),
      changeSats: satsNumber(changeSats),
      restSats: satsNumber(restSats),
    })),
  }
}

type Day = AuditDocument['days'][number]

const DAY_COLUMNS: readonly TableColumn<Day>[] = [
  { title: 'DAY UTC', align: 'left', cell: row => row.day },
  { title: 'CHANGE sat', align: 'right', cell: row => formatSigned(row.changeSats) },
  {
    title: 'REST sat',
    align: 'right',
    cell: row => (row.restSats === null ? '' : formatSigned(row.restSats)),
  },
  { title: 'P&L', align: 'right', cell: row => formatSigned(row.books.grossPlSats) },
  { title: 'FEES', align: 'right', cell: row => formatSigned(negative(row.books.tradingFeesSats)) },
  { title: 'FUNDING', align: 'right', cell: row => formatSigned(negative(row.books.fundingSats)) },
  { title: 'DEPOSITS', align: 'right', cell: row => formatSigned(row.books.depositsSats) },
  { title: 'WITHDRAWN', align: 'right', cell: row => formatSigned(negative(row.books.withdrawalsSats)) },
]

function negative(amount: number | null): number | null {
  return amount === null ? null : 0 - amount
}

function bookLines({ books, expectedSats, held, restSats }: AuditDocument): readonly string[] {
  const line = (sign: string, name: string, amount: number | null): string =>
    `  ${sign} ${name.padEnd(36)} ${formatNumber(amount).padStart(16)}`
  return [
    line(' ', 'deposits', books.depositsSats),
    line('-', 'withdrawals', books.withdrawalsSats),
    line('-', 'fees of withdrawals', books.withdrawalFeesSats),
    line('+', 'gross P&L', books.grossPlSats),
    line('-', 'trading fees', books.tradingFeesSats),
    line('-', 'funding fees (positive = paid)', books.fundingSats),
    line('+', 'swaps', books.swapsSats),
    line('=', 'BOOKS', expectedSats),
    '',
    line(' ', 'balance', held.balanceSats),
    line('+', 'isolated margin and reserve', held.isolatedSats),
    line('+', 'cross margin', held.crossMarginSats),
    line('+', 'synthetic dollars at cost', held.syntheticCostSats),
    line('=', 'FUNDS', held.totalSats),
    '',
    line(' ', 'REST', restSats),
  ]
}

function verdict({ balances, unknownReason, firstWrongDay }: AuditDocument): string {
  if (balances === null) return `REST UNKNOWN: ${sanitize(unknownReason ?? '')}`
  if (balances) return 'BALANCED'
  return `NOT BALANCED  first wrong day: ${firstWrongDay ?? 'not known, before the first sample of the funds'}`
}

/** Returns the books, the funds, what is wrong and the books per day. Amounts are in sats. */
export function auditText(document: AuditDocument, width: number): string {
  const { findings, days } = document
  return linesText([
    ...ledgerHeadLines(document, 'books in sat'),
    verdict(document),
    ...findings.map(({ kind, text, from, to }) => {
      const when = to === null ? '' : ` (${from === null ? 'up to' : `${from} to`} ${to})`
      return `!! ${kind}: ${sanitize(text)}${when}`
    }),
    '',
    ...bookLines(document),
    ...(days.length === 0 ? [] : ['', ...tableLines(DAY_COLUMNS, days, width)]),
  ])
}
