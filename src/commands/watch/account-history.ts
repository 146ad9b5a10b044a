import { LiveHistory } from '../../feed/ledger/live-history.ts'
import { newWriter } from '../../feed/ledger/writer-lease.ts'
import { requireOrigin } from '../../feed/origin-guard.ts'
import type { Store } from '../../store/store.ts'
import { decodeAccountFunds } from '../../wire/lnm/ledger-wallet.ts'
import { type OutboxNameContext, outboxNameOf } from '../alerts/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { deliveredNotices } from '../ledger/delivered-notices.ts'
import type { SourceExchange } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'
import { followHistory, isRead } from './follow-history.ts'

export type AccountHistoryContext = OutboxNameContext &
  Pick<CommandContext, 'clock' | 'random' | 'openHistory' | 'findOutbox'>

/**
 * Fills and shows the ledger of the account that is watched, from its first snapshot on. That of a simulated exchange is in memory.
 * Nothing is read while the account is not.
 */
export function openAccountHistory(
  { rest, network, expected, isEmbedded }: SourceExchange,
  store: Store,
  settings: SourceSettings,
  context: AccountHistoryContext,
): LiveHistory {
  const { clock, random, openHistory, findOutbox } = context
  const history = new LiveHistory({
    rest,
    clock,
    writer: newWriter(random),
    mayRead: () => isRead(store.state(), clock.nowMs()),
    async readNotices() {
      // A simulated exchange in this process has no alerts of other processes.
      if (isEmbedded) return []
      const { outbox } = await findOutbox(await outboxNameOf(settings, context))
      return outbox === null ? [] : deliveredNotices(outbox).finally(() => outbox.close())
    },
    async open() {
      const { id } = await rest.read('account', decodeAccountFunds, { priority: 'low' })
      const isReal = !rest.simulated && !isEmbedded
      // The rows of another exchange must not enter the ledger.
      requireOrigin(rest, expected)
      return openHistory(isReal ? { network, accountId: id } : null)
    },
  })
  followHistory(store, history, {
    now: () => rest.exchangeClock.nowMs(),
    keep: order => history.keepCanceledOrder(order),
  })
  return history
}
