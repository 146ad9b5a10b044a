import { EXIT, type ExitCode } from '../../domain/error.ts'
import { Zone } from '../../ledger/periods.ts'
import { holeOfDocument } from '../../output/ledger/head.ts'
import { depositsText, swapsText, walletCsv, withdrawalsText } from '../../output/ledger/wallet.ts'
import type { LedgerDocuments } from '../../wire/relay/ledger-documents.ts'
import { timeRangeOf } from '../time-range.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { ListingOptions } from './options.ts'
import { type DocumentFormats, formatted, ledgerQuery, runLedgerCommand } from './run-ledger-command.ts'

type WalletCommand = (options: ListingOptions, context: LedgerContext) => Promise<ExitCode>

function walletCommand<Name extends 'deposits' | 'withdrawals' | 'swaps'>(
  name: Name,
  formats: DocumentFormats<LedgerDocuments[Name]>,
): WalletCommand {
  return async (options, context) => {
    const { clock } = context
    const { lookbackMs, from, to, limit } = options
    const range = timeRangeOf({ lookbackMs, from, to }, new Zone('UTC'), clock.toWall(clock.nowMs()))
    const query = ledgerQuery({ ...range, newest: limit })
    return runLedgerCommand(options, context, { name, query }, (document, format, width) => {
      const hole = holeOfDocument(document)
      return {
        text: formatted(document, formats, format, width),
        exitCode: hole === null ? EXIT.done : EXIT.unreadable,
        remarks: hole === null ? [] : [`the list is incomplete: ${hole}`],
      }
    })
  }
}

/** Prints deposits of both networks. */
export const deposits: WalletCommand = walletCommand('deposits', {
  text: depositsText,
  csv: document => walletCsv(document, ['id', 'network', 'status', 'amountSats', 'createdAt', 'settledAt']),
})

/** Prints withdrawals of both networks. */
export const withdrawals: WalletCommand = walletCommand('withdrawals', {
  text: withdrawalsText,
  csv: document => walletCsv(document, ['id', 'network', 'status', 'amountSats', 'feeSats', 'createdAt']),
})

/** Prints swaps between bitcoin and synthetic dollars. */
export const swaps: WalletCommand = walletCommand('swaps', {
  text: swapsText,
  csv: document => walletCsv(document, ['id', 'at', 'inAsset', 'inAmount', 'outAsset', 'outAmount']),
})
