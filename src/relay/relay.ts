import { atMost } from '../domain/at-most.ts'
import { AxisorError } from '../domain/error.ts'
import type { Network } from '../domain/snapshot.ts'
import { wallNow } from '../domain/wall-clock.ts'
import type { Cancel, Clock } from '../ports/clock.ts'
import type { RelayStatusDocument } from '../wire/relay/status-document.ts'
import type { AccountReport } from './accounts/account-report.ts'
import { LastData } from './accounts/last-data.ts'
import { logLink } from './accounts/link-log.ts'
import { RoomRegistry, type RoomRegistryOptions } from './accounts/room-registry.ts'
import type { AlertLoad, OpenAlertService } from './alert-service.ts'
import { canRead } from './auth/account-access.ts'
import { type AccountAccess, openAccountAccess } from './auth/open-account-access.ts'
import type { Grant } from './auth/token-grant.ts'
import type { CandleService, OpenCandleService } from './candles/candle-service.ts'
import type { Peer } from './clients/peer.ts'
import type { RelayDeps, RoomContext } from './context.ts'
import type { AccountHolds } from './ledger/account-reading.ts'
import type { LedgerLoad, LedgerService, OpenLedgerService } from './ledger/ledger-service.ts'
import { LimitLog } from './limit-log.ts'
import { DEFAULT_LIMITS, type RelayLimits } from './limits.ts'
import { ClientSessions } from './sessions/client-sessions.ts'
import { RevocationWatcher } from './sessions/revocation-watcher.ts'
import type { ServedProtocol, ServedSession } from './sessions/served-session.ts'
import { RelayStats } from './stats.ts'
import { reportedAccount, StatusReporter } from './status-reporter.ts'

export interface RelayOptions extends RoomRegistryOptions {
  /** Sent to clients while the network of their account is not known. */
  readonly network: Network
  readonly limits?: Partial<RelayLimits>
  /** The broker that this relay shares with others; null (default) if it runs alone. */
  readonly broker?: BrokerLink | null
  /** Machine and process, and the version, for `axisor relay status`. */
  readonly identity?: { readonly name: string; readonly version: string }
  /** Delivers the alerts of the accounts. Default: none are delivered. */
  readonly openAlerts?: OpenAlertService
  /** An account is read with the exchange key of its user. Default: the source needs none, as another relay or simulated data. */
  readonly needsKeys?: boolean
  /** Keeps ledgers of the accounts. Default: there are none. */
  readonly openLedgers?: OpenLedgerService
  /** Reads candles for charts. Default: none are read. */
  readonly openCandles?: OpenCandleService
}

/** The connection to a broker. */
export interface BrokerLink {
  isUp(): boolean
}

/** The current load of a relay. */
interface RelayLoad {
  readonly connections: number
  readonly accounts: number
  readonly refusedAccounts: number
  /** Ms since the database was last read. */
  readonly databaseSilentMs: number
  /** Null without a broker. */
  readonly isBrokerUp: boolean | null
  /** Null if this relay delivers no alerts. */
  readonly alerts: AlertLoad | null
  /** Null if this relay keeps no ledgers. */
  readonly ledgers: LedgerLoad | null
}

/** A relay without its transport: WebSockets, or memory in tests. */
export interface Relay extends AccountAccess {
  readonly stats: RelayStats
  readonly limitLog: LimitLog
  /** Null if this relay keeps none. */
  readonly ledgers: LedgerService | null
  /** Null if this relay reads none. */
  readonly candles: CandleService | null
  load(): RelayLoad
  /** Returns a report on each watched account. Costs some microseconds per account. */
  accounts(): readonly AccountReport[]
  /**
   * Adds a connection. Returns null if the token may not read or there are too many connections; then the peer was
   * closed. `protocol` defaults to that of axisor.
   */
  join(grant: Grant, peer: Peer, protocol?: ServedProtocol): ServedSession | null
  /**
   * Returns the snapshot document of the account that a grant names, or null if there is none in time.
   * @throws AxisorError if the account cannot be watched
   */
  snapshot(grant: Grant): Promise<{ readonly body: string; readonly etag: string } | null>
  /** Closes all connections, with a delay to reconnect after, and all upstreams. */
  stop(): Promise<void>
}

function statusOf(
  { identity, broker }: RelayOptions,
  { rooms, sessions }: { readonly rooms: RoomRegistry; readonly sessions: ClientSessions },
  startedAt: number,
  clock: Clock,
): RelayStatusDocument {
  const now = clock.nowMs()
  return {
    ...{ name: '', version: '', ...identity, at: wallNow(clock), startedAt },
    isBrokerUp: broker?.isUp() ?? null,
    connections: sessions.byToken().map(({ userName: user, ...rest }) => ({ user, ...rest })),
    accounts: rooms.reports().map(report => reportedAccount(report, now)),
    refused: rooms.refusals().map(({ userId, error, since, nextAttemptAt }) => ({
      ...{ userId, error: `${error.code}: ${error.message}`, since, nextAttemptAt },
    })),
  }
}

async function snapshotFor(
  grant: Grant,
  rooms: RoomRegistry,
  { limits, stats }: RoomContext,
): ReturnType<Relay['snapshot']> {
  if (!canRead(grant)) throw new AxisorError('refused', 'the token does not have the scope read')
  const { room } = await rooms.get(grant.account.userId, grant.account.userName)
  const found = await room.firstSnapshot(limits.firstSnapshotMs)
  if (found === null) return null
  stats.snapshots += 1
  const { frame, position, revision, encodedAt: at } = found
  return { body: frame.texts[0] ?? '', etag: `"${position.epoch}.${revision}.${at}"` }
}

function all(...cancels: readonly (Cancel | undefined)[]): Cancel {
  return () => {
    for (const cancel of cancels) cancel?.()
  }
}

/** How long a relay that stops waits for its last times of data to be stored: until then its accounts stay open. */
const LAST_DATA_LIMIT_MS = 1_000

/** Opens the core of a relay. */
export function openRelay(deps: RelayDeps, options: RelayOptions): Relay {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const stats = new RelayStats()
  const limitLog = new LimitLog(deps.clock, options.log)
  const context: RoomContext = { deps, limits, stats, log: options.log, limitLog }
  const lastData = new LastData({ ...options, clock: deps.clock, reports: () => rooms.reports() })
  const rooms: RoomRegistry = new RoomRegistry(context, {
    ...{ ...options, lastData },
    deliveryOf: userId => alerts?.deliveryOf(userId) ?? null,
    opened: account =>
      all(
        logLink(account, { log: options.log, clock: deps.clock }),
        ledgers?.watch(account),
        candles?.watch(account),
      ),
  })
  const alerts =
    options.openAlerts?.({
      hold: (...account) => rooms.hold(...account),
      deliveryChanged: userId => void rooms.alertsChanged(userId),
    }) ?? null
  const holds: AccountHolds = { hold: (...account) => rooms.hold(...account) }
  const ledgers = options.openLedgers?.(holds) ?? null
  const candles = options.openCandles?.(holds) ?? null
  const { network, store } = options
  const sessions = new ClientSessions({ context, rooms, alerts, network })
  const watcher = new RevocationWatcher(context, {
    ...{ store, rooms, sessions: sessions.all },
    async changed() {
      await alerts?.reload()
      // Not awaited: a long document must not delay the revocation of a token.
      void ledgers?.reload()
      await reporter.answer()
    },
  })
  const startedAt = wallNow(deps.clock)
  const reporter = new StatusReporter({
    ...{ store, log: options.log, newId: () => deps.random.hex(8) },
    status: () => statusOf(options, { rooms, sessions }, startedAt, deps.clock),
  })

  return {
    stats,
    limitLog,
    ledgers,
    candles,
    load: () => ({
      connections: sessions.all.size,
      accounts: rooms.size,
      refusedAccounts: rooms.refused,
      databaseSilentMs: watcher.databaseSilentMs(),
      isBrokerUp: options.broker?.isUp() ?? null,
      alerts: alerts?.load() ?? null,
      ledgers: ledgers?.load() ?? null,
    }),
    accounts: () => rooms.reports(),
    ...openAccountAccess(
      { ...deps, store, log: options.log, needsKeys: options.needsKeys ?? false },
      lookUp => watcher.authenticate(lookUp),
    ),
    join: (...client) => sessions.join(...client),
    snapshot: grant => snapshotFor(grant, rooms, context),
    async stop() {
      await watcher.stop()
      await atMost(deps.clock, LAST_DATA_LIMIT_MS, lastData.close())
      sessions.close()
      await alerts?.close()
      await ledgers?.close()
      await rooms.close()
      limitLog.close()
    },
  }
}
