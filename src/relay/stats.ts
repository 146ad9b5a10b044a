/** What a relay has done so far, for its metrics. Numbers only: no name, no address and no amount is ever in here. */
export class RelayStats {
  /** Messages times peers that got them. */
  deliveries = 0
  bytes = 0
  snapshots = 0
  /** Times that a peer fell behind and was left out until it had caught up. */
  conflated = 0
  messagesIn = 0
  unreadableIn = 0
  refreshes = 0
  upstreamRefreshes = 0
  upstreamFaults = 0
  fanouts = 0
  fanoutMs = 0
  /** Connections that the relay has closed or refused, by close code. */
  readonly closed = new Map<number, number>()

  close(code: number): void {
    this.closed.set(code, (this.closed.get(code) ?? 0) + 1)
  }
}
