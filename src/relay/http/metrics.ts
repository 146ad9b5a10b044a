import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { AlertLoad } from '../alert-service.ts'
import type { Relay } from '../relay.ts'

/** Counters of the HTTP server. */
export interface ServerStats {
  /** Refused requests and handshakes, by status. */
  readonly refused: ReadonlyMap<number, number>
  /** Returns the number of connections that were destroyed because their address had too many. */
  cutConnections(): number
}

/**
 * Opens the metrics in Prometheus' text format; docs/observability/ lists them. Labels are close codes and HTTP
 * statuses only: clients cannot add values, so their number is bounded.
 */
export function openMetrics(relay: Relay, server: ServerStats, version: string): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'axisor_relay_' })
  const { stats, load } = relay
  const build = new Gauge({
    name: 'axisor_relay_build_info',
    help: 'Always 1; the version is a label',
    labelNames: ['version'],
    registers: [registry],
  })
  build.set({ version }, 1)
  gauge(registry, 'connections', 'Open WebSockets', () => load().connections)
  gauge(registry, 'accounts', 'Watched accounts', () => load().accounts)
  gauge(
    registry,
    'refused_accounts',
    'Accounts that are blocked because the exchange rejected their key',
    () => load().refusedAccounts,
  )
  gauge(
    registry,
    'database_silent_seconds',
    'Seconds since the database was last read',
    () => load().databaseSilentMs / 1000,
  )
  counter(registry, 'deliveries_total', 'Messages sent, counted per client', () => stats.deliveries)
  counter(registry, 'sent_bytes_total', 'Bytes written by broadcasts', () => stats.bytes)
  counter(registry, 'snapshots_total', 'Full snapshots sent', () => stats.snapshots)
  counter(
    registry,
    'conflated_total',
    'Times that a client was skipped because it was slow',
    () => stats.conflated,
  )
  counter(registry, 'received_total', 'Messages from clients', () => stats.messagesIn)
  counter(registry, 'unreadable_total', 'Unreadable messages from clients', () => stats.unreadableIn)
  counter(registry, 'refreshes_total', 'Requests for fresh data from clients', () => stats.refreshes)
  counter(
    registry,
    'upstream_refreshes_total',
    'Refreshes of exchange data because of these requests',
    () => stats.upstreamRefreshes,
  )
  counter(registry, 'upstream_faults_total', 'Unreadable messages from exchanges', () => stats.upstreamFaults)
  counter(registry, 'fanouts_total', 'Broadcasts', () => stats.fanouts)
  counter(registry, 'fanout_seconds_total', 'Seconds spent in broadcasts', () => stats.fanoutMs / 1000)
  counter(registry, 'cut_connections_total', 'Connections destroyed above the limit per address', () =>
    server.cutConnections(),
  )
  byLabel(registry, 'closed_total', 'WebSockets closed by the relay', 'code', () => stats.closed)
  byLabel(registry, 'refused_total', 'Refused requests', 'status', () => server.refused)
  addAlertMetrics(registry, relay)
  return registry
}

function addAlertMetrics(registry: Registry, { load }: Relay): void {
  const alerts = (): AlertLoad => load().alerts ?? NO_ALERTS
  gauge(registry, 'alert_accounts', 'Accounts whose alerts this relay delivers', () => alerts().accounts)
  gauge(
    registry,
    'alert_blind_accounts',
    'Accounts with alerts whose rules were not evaluated on fresh data for 2 minutes',
    () => alerts().blind,
  )
  new Gauge({
    name: 'axisor_relay_alerts_firing',
    help: 'Alerts that fire and are not acknowledged',
    labelNames: ['level'],
    registers: [registry],
    collect() {
      for (const [level, value] of Object.entries(alerts().firing)) this.set({ level }, value)
    },
  })
  byLabel(
    registry,
    'alert_attempts_total',
    'Attempts to deliver notices, by outcome',
    'outcome',
    () => new Map(Object.entries(alerts().attempts)),
  )
}

const NO_ALERTS: AlertLoad = { accounts: 0, blind: 0, firing: {}, attempts: {} }

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
  values: () => ReadonlyMap<number | string, number>,
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
