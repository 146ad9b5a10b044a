import type { NoticeRow } from '../../ledger/rows.ts'
import type { Outbox } from '../../ports/outbox.ts'

/** More attempts than an outbox keeps in its days. */
const MAX_ATTEMPTS = 100_000

/** The delivered notices about positions, for a ledger: an outbox keeps them for some days only. */
export async function deliveredNotices(outbox: Pick<Outbox, 'log'>): Promise<readonly NoticeRow[]> {
  const rows = new Map<string, NoticeRow>()
  for (const { notice, channel, state } of await outbox.log(MAX_ATTEMPTS)) {
    const { id, at, alert } = notice
    const { positionId, level, message } = alert
    if (positionId === null || state !== 'delivered') continue
    const channels = [channel, ...(rows.get(id)?.channels.split(', ') ?? [])].toSorted().join(', ')
    rows.set(id, { id, positionId, at, level, message, channels })
  }
  return [...rows.values()]
}
