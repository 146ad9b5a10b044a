import { newWriter } from '../../../feed/ledger/writer-lease.ts'
import type { LedgerPlace } from '../../../ports/ledger-worker.ts'
import type { RelayStore } from '../../../ports/relay-store.ts'
import type { RelayLog } from '../../../relay/context.ts'
import { type OpenLedgerService, RelayLedgers } from '../../../relay/ledger/ledger-service.ts'
import type { Upstreams } from '../../../relay/upstreams/upstreams.ts'
import type { CommandContext } from '../../command-context.ts'

/** The parts of the world that keep the ledgers of a relay. */
export type RelayLedgersContext = Pick<CommandContext, 'clock' | 'random' | 'openLedgerWorker'>

interface LedgerParts {
  readonly store: RelayStore
  readonly upstreams: Upstreams
  readonly log: RelayLog
}

/** Returns what opens the ledgers of a relay, or forwards to those of the relay that it follows; null if the source has no history. */
export async function openRelayLedgers(
  place: LedgerPlace,
  { store, upstreams: { openReader, forwardedLedgers }, log }: LedgerParts,
  { clock, random, openLedgerWorker }: RelayLedgersContext,
): Promise<OpenLedgerService | null> {
  if (forwardedLedgers !== undefined) return () => forwardedLedgers
  if (openReader === undefined) return null
  const worker = await openLedgerWorker(place, newWriter(random), why =>
    log.error('thread of the ledgers ended', { why }),
  )
  return access => new RelayLedgers({ clock, log, store, worker, openReader }, access)
}
