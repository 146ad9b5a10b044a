import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { holeOf, type LedgerRoute } from '../../ledger/coverage.ts'
import { Zone } from '../../ledger/periods.ts'
import type { LedgerTables } from '../../ledger/rows.ts'
import {
  depositsDocument,
  depositsText,
  type RangeRows,
  swapsDocument,
  swapsText,
  walletCsv,
  withdrawalsDocument,
  withdrawalsText,
} from '../../output/ledger/wallet.ts'
import type {
  DepositsDocument,
  SwapsDocument,
  WithdrawalsDocument,
} from '../../wire/ledger/wallet-documents.ts'
import { timeRangeOf } from '../time-range.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { WalletOptions } from './options.ts'
import { type LedgerOutput, runLedgerCommand } from './run-ledger-command.ts'

type WalletTable = 'deposits' | 'withdrawals' | 'swaps'

/** A listing of the wallet: its routes, its document and how to format that. */
interface WalletListing<Table extends WalletTable, Document> {
  readonly table: Table
  readonly routes: readonly LedgerRoute[]
  documentOf(range: RangeRows<LedgerTables[Table]>): Document
  text(document: Document, width: number): string
  csv(document: Document): string
}

type WalletCommand = (options: WalletOptions, context: LedgerContext) => Promise<ExitCode>

function walletCommand<Table extends WalletTable, Document>(
  listing: WalletListing<Table, Document>,
): WalletCommand {
  return async (options, context) => {
    const { clock } = context
    const { lookbackMs, from, to, limit } = options
    const range = timeRangeOf({ lookbackMs, from, to }, new Zone('UTC'), clock.toWall(clock.nowMs()))
    return runLedgerCommand(options, context, async (opened, format, width): Promise<LedgerOutput> => {
      const { ledger, sync, facts } = opened
      await sync.update(listing.routes)
      const states = await ledger.routes()
      const errors = listing.routes.map(route => states.find(each => each.route === route)?.error ?? null)
      if (errors.every(error => error !== null))
        throw new AxisorError('missing-permission', errors[0] ?? '', {
          hint: 'Create a key with the permission to read it.',
        })
      const bounds = { ...(range.from === null ? {} : { from: range.from }), to: range.to }
      const rows = await ledger.read(listing.table, bounds)
      const document = listing.documentOf({ rows, ...range, limit, facts: await facts() })
      const hole = holeOf(states, listing.routes, range.from)
      const json = `${JSON.stringify(document)}\n`
      return {
        text:
          format === 'text' ? listing.text(document, width) : format === 'csv' ? listing.csv(document) : json,
        exitCode: hole === null ? EXIT.done : EXIT.unreadable,
        remarks: hole === null ? [] : [`the list is incomplete: ${hole}`],
      }
    })
  }
}

/** Prints deposits of both networks. */
export const deposits: WalletCommand = walletCommand<'deposits', DepositsDocument>({
  table: 'deposits',
  routes: ['depositsLightning', 'depositsOnChain'],
  documentOf: depositsDocument,
  text: depositsText,
  csv: document => walletCsv(document, ['id', 'network', 'status', 'amountSats', 'createdAt', 'settledAt']),
})

/** Prints withdrawals of both networks. */
export const withdrawals: WalletCommand = walletCommand<'withdrawals', WithdrawalsDocument>({
  table: 'withdrawals',
  routes: ['withdrawalsLightning', 'withdrawalsOnChain'],
  documentOf: withdrawalsDocument,
  text: withdrawalsText,
  csv: document => walletCsv(document, ['id', 'network', 'status', 'amountSats', 'feeSats', 'createdAt']),
})

/** Prints swaps between bitcoin and synthetic dollars. */
export const swaps: WalletCommand = walletCommand<'swaps', SwapsDocument>({
  table: 'swaps',
  routes: ['swaps'],
  documentOf: swapsDocument,
  text: swapsText,
  csv: document => walletCsv(document, ['id', 'at', 'inAsset', 'inAmount', 'outAsset', 'outAmount']),
})
