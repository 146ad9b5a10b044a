import type { LedgerSync } from '../../feed/ledger/ledger-sync.ts'
import type { NoticeRow } from '../../ledger/rows.ts'
import type { Outbox } from '../../ports/outbox.ts'

/** More attempts than an outbox keeps in its days. */
const MAX_ATTEMPTS = 100_000

/** Copies the delivered notices about positions into a ledger: an outbox keeps them for some days only. */
export async function keepNotices(
  outbox: Pick<Outbox, 'log'>,
  sync: Pick<LedgerSync, 'keep'>,
): Promise<void> {
  const rows = new Map<string, NoticeRow>()
  for (const { notice, channel, state } of await outbox.log(MAX_ATTEMPTS)) {
    const { id, at, alert } = notice
    const { positionId, level, message } = alert
    if (positionId === null || state !== 'delivered') continue
    const channels = [channel, ...(rows.get(id)?.channels.split(', ') ?? [])].toSorted().join(', ')
    rows.set(id, { id, positionId, at, level, message, channels })
  }
  if (rows.size > 0) await sync.keep({ notices: [...rows.values()] })
}
