import type { Feed } from '../../feed/feed.ts'
import type { Policy } from '../../feed/policy.ts'
import { openStore } from '../../store/store.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import type { OpenUpstream } from '../accounts/room-registry.ts'
import type { CandleService } from '../candles/candle-service.ts'
import type { OpenLedgerReader } from '../ledger/ledger-reader.ts'
import type { LedgerService } from '../ledger/ledger-service.ts'
import type { BrokerLink } from '../relay.ts'

/** The source of a relay's accounts. */
export interface Upstreams {
  readonly open: OpenUpstream
  /** An account is read with the exchange key of its user; left out: without. */
  readonly needsKeys?: boolean
  /** The broker of a cluster; left out if there is none. */
  readonly broker?: BrokerLink
  /** The ledgers of the relay that this one follows; left out: there is none. */
  readonly forwardedLedgers?: LedgerService
  /** The candles of the relay that this one follows; left out: there is none. */
  readonly forwardedCandles?: CandleService
  /** Opens readers of the history and of candles; left out: they can't be read. */
  readonly openReader?: OpenLedgerReader
  /** Closes the connections that the accounts share; the caller closes the accounts first. */
  close(): Promise<void>
}

/**
 * Candles, history and equity are always read: any client may show them. The first snapshot does not wait 1.5 s for the unit of
 * synthetic dollars, because clients wait for it after a restart. Clients may request an attempt with a refused key, but rarely: the
 * exchange could ban the relay's address.
 */
export const UPSTREAM_POLICY: Partial<Policy> = {
  candlesAndHistory: true,
  waitForUnit: false,
  requestedAttemptMs: 30_000,
}

/** Returns an upstream whose store is filled by a feed. */
export function upstreamOf(feed: Feed): Upstream {
  const store = openStore()
  feed.start(store.dispatch)
  return {
    store,
    refresh: () => feed.resync(),
    acknowledge(alert) {
      // Other relays do not know the message.
      if (store.state().status?.alerts != null) feed.acknowledge?.(alert)
    },
    close: () => feed.stop(),
  }
}
