import { MAX_ATTEMPTS, noticeRowsOf } from '../../ledger/notice-rows.ts'
import type { NoticeRow } from '../../ledger/rows.ts'
import type { Outbox } from '../../ports/outbox.ts'

/** The delivered notices about positions, for a ledger: an outbox keeps them for some days only. */
export async function deliveredNotices(outbox: Pick<Outbox, 'log'>): Promise<readonly NoticeRow[]> {
  return noticeRowsOf(await outbox.log(MAX_ATTEMPTS))
}
