/** Counters of a relay, for its metrics. Numbers only: never a name, an address or an amount. */
export class RelayStats {
  /** Messages times receiving peers. */
  deliveries = 0
  bytes = 0
  snapshots = 0
  /** Times that a peer fell behind and was skipped until it had caught up. */
  conflated = 0
  messagesIn = 0
  unreadableIn = 0
  refreshes = 0
  upstreamRefreshes = 0
  upstreamFaults = 0
  fanouts = 0
  fanoutMs = 0
  /** Connections that the relay closed or refused, by close code. */
  readonly closed = new Map<number, number>()

  recordClose(code: number): void {
    this.closed.set(code, (this.closed.get(code) ?? 0) + 1)
  }
}
