import { LiveHistory } from '../../feed/ledger/live-history.ts'
import { newWriter } from '../../feed/ledger/writer-lease.ts'
import { requireOrigin } from '../../feed/origin-guard.ts'
import { canceledOrderOf } from '../../ledger/seen-orders.ts'
import type { State } from '../../store/state.ts'
import type { Store } from '../../store/store.ts'
import { decodeAccountFunds } from '../../wire/lnm/ledger-wallet.ts'
import { type OutboxNameContext, outboxNameOf } from '../alerts/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { deliveredNotices } from '../ledger/delivered-notices.ts'
import type { SourceExchange } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'

export type AccountHistoryContext = OutboxNameContext &
  Pick<CommandContext, 'clock' | 'random' | 'openHistory' | 'findOutbox'>

/** Changes after which the listings have something new. */
const LISTED: ReadonlySet<string> = new Set([
  'trade-ended',
  'trade-filled',
  'trade-funded',
  'cross-order-ended',
  'cross-position',
  'wallet',
])

/** A snapshot over HTTP comes every 5 s. */
const READ_MS = 30_000

/** True while the account is read, over HTTP as well: behind a firewall the stream may never be live. */
function isRead({ status, lastSnapshot }: State, nowMs: number): boolean {
  return status?.link === 'live' || (lastSnapshot !== null && nowMs - lastSnapshot.endedAt < READ_MS)
}

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
  let isStarted = false
  store.subscribe(event => {
    if (!isStarted && store.state().lastSnapshot !== null) {
      isStarted = true
      history.start()
    }
    if (event.type !== 'change') return
    if (LISTED.has(event.change.kind)) history.accountChanged()
    const canceled = canceledOrderOf(event.change, rest.exchangeClock.nowMs())
    if (canceled !== null) history.keepCanceledOrder(canceled)
  })
  return history
}
