import { AxisorError } from '../domain/error.ts'
import type { Network } from '../domain/snapshot.ts'
import { RELAY_CLOSE } from '../wire/relay/messages.ts'
import { RoomRegistry, type RoomRegistryOptions } from './accounts/room-registry.ts'
import type { AlertLoad, OpenAlertService } from './alert-service.ts'
import { wrapDatabaseErrors } from './auth/database-errors.ts'
import { type Grant, grantOf } from './auth/token-grant.ts'
import { errorMessageOf } from './clients/error-message.ts'
import { frameOf, type Peer } from './clients/peer.ts'
import { restartReason } from './clients/restart-reason.ts'
import type { RelayDeps, RoomContext } from './context.ts'
import { DEFAULT_LIMITS, type RelayLimits } from './limits.ts'
import { ClientSession } from './sessions/client-session.ts'
import { ConnectionLimits } from './sessions/connection-limits.ts'
import { RevocationWatcher } from './sessions/revocation-watcher.ts'
import { RelayStats } from './stats.ts'

/** Delay sent to clients that have too many connections. */
const RETRY_AFTER_MS = 5_000

export interface RelayOptions extends RoomRegistryOptions {
  /** Sent to clients while the network of their account is not known. */
  readonly network: Network
  readonly limits?: Partial<RelayLimits>
  /** Delivers the alerts of the accounts. Default: none are delivered. */
  readonly openAlerts?: OpenAlertService
}

/** The current load of a relay. */
interface RelayLoad {
  readonly connections: number
  readonly accounts: number
  readonly refusedAccounts: number
  /** Ms since the database was last read. */
  readonly databaseSilentMs: number
  /** Null if this relay delivers no alerts. */
  readonly alerts: AlertLoad | null
}

/** A relay without its transport: WebSockets, or memory in tests. */
export interface Relay {
  readonly stats: RelayStats
  load(): RelayLoad
  /**
   * Returns what a token permits, or null if it is not valid.
   * @throws AxisorError unavailable, if the database cannot be read
   */
  authenticate(token: string): Promise<Grant | null>
  /**
   * Adds a connection. Returns null if the token may not read or there are too many connections; then the peer was
   * closed.
   */
  join(grant: Grant, peer: Peer): ClientSession | null
  /**
   * Returns the snapshot document of the grant's account, or null if there is none in time.
   * @throws AxisorError if the account cannot be watched
   */
  snapshot(grant: Grant): Promise<{ readonly body: string; readonly etag: string } | null>
  /** Closes all connections, with a delay to reconnect after, and all upstreams. */
  stop(): Promise<void>
}

/** Opens the core of a relay. */
export function openRelay(deps: RelayDeps, options: RelayOptions): Relay {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const stats = new RelayStats()
  const context: RoomContext = { deps, limits, stats, log: options.log }
  const rooms = new RoomRegistry(context, {
    ...options,
    deliveryOf: userId => alerts?.deliveryOf(userId) ?? null,
  })
  const alerts =
    options.openAlerts?.({
      hold: (...account) => rooms.hold(...account),
      deliveryChanged: userId => void rooms.alertsChanged(userId),
    }) ?? null
  const sessions = new Set<ClientSession>()
  const connections = new ConnectionLimits(limits)
  const watcher = new RevocationWatcher(context, {
    ...{ store: options.store, rooms, sessions },
    changed: async () => alerts?.reload(),
  })

  return {
    stats,
    load: () => ({
      connections: sessions.size,
      accounts: rooms.size,
      refusedAccounts: rooms.refused,
      databaseSilentMs: watcher.databaseSilentMs(),
      alerts: alerts?.load() ?? null,
    }),
    authenticate: token =>
      watcher.authenticate(() => wrapDatabaseErrors(grantOf(token, options.store, deps))),
    join(grant, peer) {
      const release = grant.scopes.includes('read') ? connections.admit(grant, peer.address) : null
      if (release === null) {
        refuse(grant, peer, deps, stats)
        return null
      }
      const session = new ClientSession({
        context,
        rooms,
        alerts,
        grant,
        peer,
        network: options.network,
        ended(ended) {
          release()
          sessions.delete(ended)
        },
      })
      sessions.add(session)
      return session
    },
    async snapshot(grant) {
      if (!grant.scopes.includes('read'))
        throw new AxisorError('refused', 'the token does not have the scope read')
      const { room } = await rooms.get(grant.userId, grant.userName)
      const found = await room.firstSnapshot(limits.firstSnapshotMs)
      if (found === null) return null
      stats.snapshots += 1
      const { frame, position, revision, encodedAt: at } = found
      return { body: frame.texts[0] ?? '', etag: `"${position.epoch}.${revision}.${at}"` }
    },
    async stop() {
      await watcher.stop()
      for (const session of [...sessions])
        session.close(RELAY_CLOSE.restarting, restartReason(sessions.size, deps.random))
      await alerts?.close()
      await rooms.close()
    },
  }
}

/** Closes a peer that may not read, or has too many connections. */
function refuse({ scopes }: Grant, peer: Peer, { clock }: RelayDeps, stats: RelayStats): void {
  const error = scopes.includes('read')
    ? new AxisorError('rate-limited', 'too many connections', { retryAfterMs: RETRY_AFTER_MS })
    : new AxisorError('refused', 'the token does not have the scope read')
  const code = error.retryable ? RELAY_CLOSE.tooMany : RELAY_CLOSE.forbidden
  stats.recordClose(code)
  peer.send(frameOf([errorMessageOf(error, clock.nowMs())]))
  peer.close(code, error.message)
}
