import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { LEVELS } from '../../domain/alerts/alert.ts'
import type { LinkState } from '../../domain/status.ts'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { AccountReport } from '../accounts/account-report.ts'
import type { AlertLoad } from '../alert-service.ts'
import { LIMIT_NAMES } from '../limit-log.ts'
import type { Relay } from '../relay.ts'
import { TRANSPORT_CLOSES } from './client-socket.ts'
import { ERROR_RESPONSES } from './error-response.ts'
import { counter, counterByLabel, gauge, gaugeByLabel } from './metric-kinds.ts'

/** State of the HTTP server. */
export interface ServerStats {
  /** Refused requests and handshakes, by status. */
  readonly refused: ReadonlyMap<number, number>
  /** Returns the number of connections that were destroyed because their address had too many. */
  cutConnections(): number
  /** When the TLS certificate ends, ms since 1970; null without TLS. */
  readonly certificateEndsAt: number | null
}

/** The metrics of a relay. */
export interface RelayMetrics {
  /** Returns them in Prometheus' text format. */
  text(): Promise<string>
  close(): void
}

const LINK_STATES: readonly LinkState[] = ['idle', 'dialing', 'preparing', 'live', 'waiting', 'stopped']

const CLOSE_CODES = [...TRANSPORT_CLOSES, ...Object.values(RELAY_CLOSE)]

const STATUSES = [
  ...new Set([413, ...Object.values(ERROR_RESPONSES).map(({ status }) => status), 409, 502]),
].sort()

/**
 * Opens the metrics in Prometheus' text format; docs/observability/ lists them. Labels are close codes, HTTP
 * statuses and states only: clients cannot add values, so their number is bounded.
 */
export function openMetrics(relay: Relay, server: ServerStats, version: string): RelayMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'axisor_relay_' })
  const build = new Gauge({
    name: 'axisor_relay_build_info',
    help: 'Always 1; the version is a label',
    labelNames: ['version'],
    registers: [registry],
  })
  build.set({ version }, 1)
  let reports: readonly AccountReport[] = []
  addLoadMetrics(registry, relay)
  addAccountMetrics(registry, () => reports)
  addTrafficMetrics(registry, relay)
  addServerMetrics(registry, relay, server)
  addAlertMetrics(registry, relay)
  addLedgerMetrics(registry, relay)
  return {
    text() {
      // Once for all metrics: it costs more than a counter.
      reports = relay.accounts()
      return registry.metrics()
    },
    close: () => registry.clear(),
  }
}

function addLoadMetrics(registry: Registry, { load }: Relay): void {
  gauge(registry, ['connections', 'Open WebSockets'], () => load().connections)
  gauge(registry, ['accounts', 'Watched accounts'], () => load().accounts)
  const refused = 'Accounts that are blocked because the exchange rejected their key'
  gauge(registry, ['refused_accounts', refused], () => load().refusedAccounts)
  const silent = 'Seconds since the database was last read'
  gauge(registry, ['database_silent_seconds', silent], () => load().databaseSilentMs / 1000)
  const broker = 'In a cluster: 1 while the broker is connected, else 0'
  gauge(registry, ['broker_connected', broker], () => {
    const { isBrokerUp } = load()
    return isBrokerUp === null ? null : Number(isBrokerUp)
  })
}

function addAccountMetrics(registry: Registry, reports: () => readonly AccountReport[]): void {
  gaugeByLabel(registry, ['account_links', 'Watched accounts, by state of their link to the exchange'], {
    label: 'state',
    known: LINK_STATES,
    values: () => {
      const byState = Map.groupBy(reports(), ({ link }) => link.state)
      return new Map([...byState].map(([state, accounts]) => [state, accounts.length]))
    },
  })
  const stale = 'Watched accounts whose data is older than 30 s'
  gauge(registry, ['stale_accounts', stale], () => reports().filter(({ isStale }) => isStale).length)
  const oldest = 'Age of the oldest data of a watched account, also over a restart; 0 without an account'
  gauge(registry, ['oldest_data_seconds', oldest], () =>
    reports().reduce((worst, { ageMs }) => Math.max(worst, ageMs / 1000), 0),
  )
  const owned = 'Watched accounts that this relay requests from the exchange: all of them without a cluster'
  gauge(
    registry,
    ['owned_accounts', owned],
    () => reports().filter(({ isOwner }) => isOwner !== false).length,
  )
}

function addTrafficMetrics(registry: Registry, { stats }: Relay): void {
  counter(registry, ['deliveries_total', 'Messages sent, counted per client'], () => stats.deliveries)
  counter(registry, ['sent_bytes_total', 'Bytes written by broadcasts'], () => stats.bytes)
  counter(registry, ['snapshots_total', 'Full snapshots sent'], () => stats.snapshots)
  const conflated = 'Times that a client was skipped because it was slow'
  counter(registry, ['conflated_total', conflated], () => stats.conflated)
  counter(registry, ['received_total', 'Messages from clients'], () => stats.messagesIn)
  counter(registry, ['unreadable_total', 'Unreadable messages from clients'], () => stats.unreadableIn)
  counter(registry, ['refreshes_total', 'Requests for fresh data from clients'], () => stats.refreshes)
  const refreshes = 'Refreshes of exchange data because of these requests'
  counter(registry, ['upstream_refreshes_total', refreshes], () => stats.upstreamRefreshes)
  const faults = 'Unreadable messages from exchanges'
  counter(registry, ['upstream_faults_total', faults], () => stats.upstreamFaults)
  counter(registry, ['fanouts_total', 'Broadcasts'], () => stats.fanouts)
  counter(registry, ['fanout_seconds_total', 'Seconds spent in broadcasts'], () => stats.fanoutMs / 1000)
}

function addServerMetrics(registry: Registry, { stats, limitLog }: Relay, server: ServerStats): void {
  const cut = 'Connections destroyed above the limit per address'
  counter(registry, ['cut_connections_total', cut], () => server.cutConnections())
  const end = 'When the TLS certificate ends, in seconds since 1970'
  gauge(registry, ['certificate_expiry_timestamp_seconds', end], () =>
    server.certificateEndsAt === null ? null : server.certificateEndsAt / 1000,
  )
  counterByLabel(registry, ['closed_total', 'WebSockets closed by the relay'], {
    label: 'code',
    known: CLOSE_CODES,
    values: () => stats.closed,
  })
  counterByLabel(registry, ['limited_total', 'Refusals by a limit'], {
    label: 'limit',
    known: LIMIT_NAMES,
    values: () => limitLog.counts,
  })
  counterByLabel(registry, ['refused_total', 'Refused requests'], {
    label: 'status',
    known: STATUSES,
    values: () => server.refused,
  })
}

function addAlertMetrics(registry: Registry, { load }: Relay): void {
  const alerts = (): AlertLoad => load().alerts ?? NO_ALERTS
  gauge(registry, ['alert_accounts', 'Accounts whose alerts this relay delivers'], () => alerts().accounts)
  const blind = 'Accounts with alerts whose rules were not evaluated on fresh data for 2 minutes'
  gauge(registry, ['alert_blind_accounts', blind], () => alerts().blind)
  gaugeByLabel(registry, ['alerts_firing', 'Alerts that fire and are not acknowledged'], {
    label: 'level',
    known: LEVELS,
    values: () => new Map(Object.entries(alerts().firing)),
  })
  counterByLabel(registry, ['alert_attempts_total', 'Attempts to deliver notices, by outcome'], {
    label: 'outcome',
    known: ['delivered', 'failed', 'retried'],
    values: () => new Map(Object.entries(alerts().attempts)),
  })
}

function addLedgerMetrics(registry: Registry, relay: Relay): void {
  const load = () => relay.load().ledgers
  const jobs = 'Documents of ledgers that are being made, or wait'
  gauge(registry, ['ledger_jobs', jobs], () => load()?.jobs ?? null)
  counter(registry, ['ledger_documents_total', 'Documents made from ledgers'], () => load()?.documents ?? 0)
  const errors = 'Documents of ledgers that could not be made'
  counter(registry, ['ledger_errors_total', errors], () => load()?.errors ?? 0)
  const rows = 'Rows of the history read from exchanges'
  counter(registry, ['ledger_rows_total', rows], () => load()?.rows ?? 0)
  const crashes = 'Unexpected ends of the thread of the ledgers'
  counter(registry, ['ledger_crashes_total', crashes], () => load()?.crashes ?? 0)
}

const NO_ALERTS: AlertLoad = { accounts: 0, blind: 0, firing: {}, attempts: {} }
