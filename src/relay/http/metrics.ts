import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Relay } from '../relay.ts'

/** What the server counts besides the relay. */
export interface ServerStats {
  /** Requests and handshakes that were refused, by status. */
  readonly refused: ReadonlyMap<number, number>
  /** Connections that were cut because their address had too many. */
  cutConnections(): number
}

/**
 * The metrics in Prometheus' text format; docs/observability/ names them. Their labels are close codes and HTTP statuses only: nothing
 * that a client or a user can choose, so their number is bounded, and they hold no name, no secret and no amount.
 */
export function openMetrics(relay: Relay, server: ServerStats, version: string): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'axisor_relay_' })
  const { stats: counts, load } = relay
  const build = new Gauge({
    name: 'axisor_relay_build_info',
    help: 'Always 1; the version is a label',
    labelNames: ['version'],
    registers: [registry],
  })
  build.set({ version }, 1)
  gauge(registry, 'connections', 'Open WebSockets', () => load().connections)
  gauge(registry, 'accounts', 'Accounts that are watched', () => load().accounts)
  gauge(
    registry,
    'refused_accounts',
    'Accounts that are not tried because the exchange refused their key',
    () => load().refusedAccounts,
  )
  gauge(
    registry,
    'database_silent_seconds',
    'Time since the database last answered',
    () => load().databaseSilentMs / 1000,
  )
  counter(registry, 'deliveries_total', 'Messages times clients that got them', () => counts.deliveries)
  counter(registry, 'sent_bytes_total', 'Bytes that broadcasts have written', () => counts.bytes)
  counter(registry, 'snapshots_total', 'Whole snapshots that were sent', () => counts.snapshots)
  counter(registry, 'conflated_total', 'Times that a client fell behind', () => counts.conflated)
  counter(registry, 'received_total', 'Messages from clients', () => counts.messagesIn)
  counter(
    registry,
    'unreadable_total',
    'Messages from clients that could not be read',
    () => counts.unreadableIn,
  )
  counter(registry, 'refreshes_total', 'Times that a client asked for fresh data', () => counts.refreshes)
  counter(
    registry,
    'upstream_refreshes_total',
    'Times that the exchange was asked because of that',
    () => counts.upstreamRefreshes,
  )
  counter(
    registry,
    'upstream_faults_total',
    'Messages of exchanges that could not be read',
    () => counts.upstreamFaults,
  )
  counter(registry, 'fanouts_total', 'Broadcasts', () => counts.fanouts)
  counter(registry, 'fanout_seconds_total', 'Time that broadcasts took', () => counts.fanoutMs / 1000)
  counter(registry, 'cut_connections_total', 'Connections above the limit of an address', () =>
    server.cutConnections(),
  )
  byLabel(registry, 'closed_total', 'WebSockets that the relay has closed', 'code', () => counts.closed)
  byLabel(registry, 'refused_total', 'Requests that were refused', 'status', () => server.refused)
  return registry
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name: `axisor_relay_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(value())
    },
  })
}

function counter(registry: Registry, name: string, help: string, value: () => number): void {
  new Counter({
    name: `axisor_relay_${name}`,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(value())
    },
  })
}

function byLabel(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  values: () => ReadonlyMap<number, number>,
): void {
  new Counter({
    name: `axisor_relay_${name}`,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset()
      for (const [key, value] of values()) this.inc({ [label]: String(key) }, value)
    },
  })
}
