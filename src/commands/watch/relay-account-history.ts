import { LiveRelayHistory } from '../../feed/relay/live-relay-history.ts'
import { RelayDocuments } from '../../feed/relay/relay-documents.ts'
import type { Store } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceRelay } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'
import { followHistory, isRead } from './follow-history.ts'

/** Shows the history of the account that is watched over a relay, from its first snapshot on. The relay keeps the ledger. */
export function openRelayAccountHistory(
  { http, ...relay }: SourceRelay,
  store: Store,
  { timeoutMs }: Pick<SourceSettings, 'timeoutMs'>,
  { clock }: Pick<CommandContext, 'clock'>,
): LiveRelayHistory {
  const history = new LiveRelayHistory({
    clock,
    openDocuments: options =>
      new RelayDocuments({ http, clock }, { ...relay, ...options, requestMs: timeoutMs }),
    mayRead: () => isRead(store.state(), clock.nowMs()),
  })
  followHistory(store, history)
  return history
}
