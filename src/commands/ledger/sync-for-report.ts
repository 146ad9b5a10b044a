import { AxisorError } from '../../domain/error.ts'
import { REPORT_ROUTES } from '../../ledger/report.ts'
import type { AccountLedger } from './open-account-ledger.ts'

/** Reads what is new, with the running trades: their opening fees are part of the report. Without them if the key may not read all. */
export async function syncForReport({ sync }: Pick<AccountLedger, 'sync'>): Promise<void> {
  try {
    await sync.settle()
  } catch (error) {
    if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
    await sync.update([
      ...REPORT_ROUTES,
      'depositsLightning',
      'depositsOnChain',
      'withdrawalsLightning',
      'withdrawalsOnChain',
      'swaps',
    ])
  }
}
