import { AxisorError } from '../domain/error.ts'
import type { Network } from '../domain/snapshot.ts'
import { RELAY_CLOSE } from '../wire/relay/messages.ts'
import { RoomRegistry, type RoomRegistryOptions } from './accounts/room-registry.ts'
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

/** Who has too many connections is to try again after this. */
const TOO_MANY_PAUSE_MS = 5_000

export interface RelayOptions extends RoomRegistryOptions {
  /** Named in greetings while that of the account is not known. */
  readonly network: Network
  readonly limits?: Partial<RelayLimits>
}

/** How busy a relay is at this moment. */
export interface RelayLoad {
  readonly connections: number
  readonly accounts: number
  readonly refusedAccounts: number
  /** Ms since the database could last be asked. */
  readonly databaseSilentMs: number
}

/** A relay without its transport: WebSockets, or memory in tests. */
export interface Relay {
  readonly stats: RelayStats
  load(): RelayLoad
  /**
   * What a token allows; null when it does not count.
   * @throws AxisorError unavailable, when the database can't be read
   */
  authenticate(token: string): Promise<Grant | null>
  /** Takes a connection of somebody who may read; null when there are too many, and then the peer has been closed. */
  join(grant: Grant, peer: Peer): ClientSession | null
  /**
   * The snapshot document of the grant's own account; null when there is no picture in time.
   * @throws AxisorError when the account can't be watched
   */
  snapshot(grant: Grant): Promise<{ readonly body: string; readonly etag: string } | null>
  /** Sends everybody away, to come back in a moment, and closes all links. */
  stop(): Promise<void>
}

/** Opens a relay's core. */
export function openRelay(world: RelayDeps, options: RelayOptions): Relay {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const counts = new RelayStats()
  const deps: RoomContext = { world, limits, stats: counts }
  const rooms = new RoomRegistry(deps, options)
  const sessions = new Set<ClientSession>()
  const connections = new ConnectionLimits(limits)
  const watcher = new RevocationWatcher(deps, { store: options.store, rooms, sessions, log: options.log })

  return {
    stats: counts,
    load: () => ({
      connections: sessions.size,
      accounts: rooms.size,
      refusedAccounts: rooms.refused,
      databaseSilentMs: watcher.databaseSilentMs(),
    }),
    authenticate: token =>
      watcher.authenticate(() => wrapDatabaseErrors(grantOf(token, options.store, world))),
    join(grant, peer) {
      const release = grant.scopes.includes('read') ? connections.admit(grant, peer.address) : null
      if (release === null) {
        const error = grant.scopes.includes('read')
          ? new AxisorError('rate-limited', 'too many connections', { retryAfterMs: TOO_MANY_PAUSE_MS })
          : new AxisorError('refused', 'this token may not read')
        const code = error.retryable ? RELAY_CLOSE.tooMany : RELAY_CLOSE.forbidden
        counts.close(code)
        peer.send(frameOf([errorMessageOf(error, world.clock.nowMs())]))
        peer.close(code, error.message)
        return null
      }
      const session = new ClientSession({
        context: deps,
        rooms,
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
      if (!grant.scopes.includes('read')) throw new AxisorError('refused', 'this token may not read')
      const { room } = await rooms.get(grant.userId, grant.userName)
      const found = await room.firstSnapshot(limits.firstPictureMs)
      if (found === null) return null
      counts.snapshots += 1
      const { frame, position: head, revision, at } = found
      return { body: frame.texts[0] ?? '', etag: `"${head.epoch}.${revision}.${at}"` }
    },
    async stop() {
      watcher.end()
      for (const session of [...sessions])
        session.close(RELAY_CLOSE.restarting, restartReason(sessions.size, world.random))
      await rooms.close()
    },
  }
}
