import type { BookedRowsInput } from '../../ledger/booked-rows.ts'
import type { SampledCrossRows } from '../../ledger/realized-cross.ts'
import type { Ledger } from '../../ports/ledger.ts'

/** Reads all rows that are booked. */
export async function readBookedRows(ledger: Ledger): Promise<BookedRowsInput> {
  return {
    trades: await ledger.read('trades'),
    fills: await ledger.read('fills'),
    transfers: await ledger.read('transfers'),
    funding: await ledger.read('funding'),
    deposits: await ledger.read('deposits'),
    withdrawals: await ledger.read('withdrawals'),
    swaps: await ledger.read('swaps'),
  }
}

/** Reads the rows of the cross account. */
export async function readCrossRows(ledger: Ledger): Promise<SampledCrossRows> {
  return {
    fills: await ledger.read('fills'),
    transfers: await ledger.read('transfers'),
    funding: (await ledger.read('funding')).filter(({ mode }) => mode === 'cross'),
    samples: await ledger.read('samples'),
  }
}
