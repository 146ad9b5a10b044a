import { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { RoomRegistry } from '../accounts/room-registry.ts'
import { type Grant, grantOfDigest } from '../auth/token-grant.ts'
import type { RelayLog, RoomContext } from '../context.ts'
import type { ClientSession } from './client-session.ts'

/** A database that stays away is complained about again after so long. */
const WARN_EVERY_MS = 60_000

/** What a vigil watches over. */
export interface WatcherDeps {
  readonly store: RelayStore
  readonly rooms: RoomRegistry
  readonly sessions: ReadonlySet<ClientSession>
  readonly log: RelayLog
}

/** Closes the sockets of tokens that no longer count, within a second, and begins anew where a key was replaced. */
export class RevocationWatcher {
  readonly #context: RoomContext
  readonly #deps: WatcherDeps
  #revision: number | null = null
  #rechecks = 0
  #readAt: number
  #touchedAt: number
  /** Null while the database answers. */
  #warnedAt: number | null = null
  #cancel: Cancel | null = null
  #isOver = false

  constructor(deps: RoomContext, watched: WatcherDeps) {
    this.#context = deps
    this.#deps = watched
    this.#readAt = deps.world.clock.nowMs()
    this.#touchedAt = this.#readAt
    this.#schedule()
  }

  /**
   * Looks a token up. What was found while all others were looked up again may be what was true before, and whoever comes with it would be
   * looked at by nobody: so it is looked up again.
   */
  async authenticate(look: () => Promise<Grant | null>): Promise<Grant | null> {
    for (;;) {
      const rechecks = this.#rechecks
      const grant = await look()
      if (grant === null || rechecks === this.#rechecks) return grant
    }
  }

  /** Ms since the database could last be asked. */
  databaseSilentMs(): number {
    return this.#now() - this.#readAt
  }

  end(): void {
    this.#isOver = true
    this.#cancel?.()
  }

  #schedule(): void {
    if (this.#isOver) return
    this.#cancel = this.#context.world.clock.after(
      this.#context.limits.revisionEveryMs,
      () => void this.#check(),
    )
  }

  async #check(): Promise<void> {
    try {
      this.#closeExpired()
      const revision = await this.#deps.store.revision()
      if (revision !== this.#revision) {
        await this.#recheck()
        this.#revision = revision
      }
      this.#readAt = this.#now()
      if (this.#warnedAt !== null) this.#deps.log.info('database readable again')
      this.#warnedAt = null
      await this.#touch()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#warn(error)
    }
    this.#schedule()
  }

  #warn({ code, message }: AxisorError): void {
    const now = this.#now()
    if (this.#warnedAt !== null && now - this.#warnedAt < WARN_EVERY_MS) return
    this.#warnedAt = now
    this.#deps.log.warn('database not readable', { code, message })
  }

  #closeExpired(): void {
    const now = this.#now()
    for (const session of [...this.#deps.sessions]) {
      const { expiresAt } = session.grant
      if (expiresAt !== null && now >= expiresAt) expel(session, 'token expired')
    }
  }

  async #recheck(): Promise<void> {
    this.#rechecks += 1
    const { sessions, store, rooms } = this.#deps
    const byDigest = Map.groupBy(sessions, session => session.grant.digest)
    for (const [digest, same] of byDigest) {
      const grant = await grantOfDigest(digest, store, this.#now())
      if (grant === null) for (const session of same) expel(session, 'token revoked')
    }
    await rooms.reload()
  }

  async #touch(): Promise<void> {
    const now = this.#now()
    if (now - this.#touchedAt < this.#context.limits.touchEveryMs) return
    this.#touchedAt = now
    const ids = new Set([...this.#deps.sessions].map(({ grant }) => grant.tokenId))
    if (ids.size === 0) return
    try {
      await this.#deps.store.touchTokens([...ids], now)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      const { code, message } = error
      this.#deps.log.warn('last use of tokens not written down', { code, message })
    }
  }

  #now(): number {
    return this.#context.world.clock.nowMs()
  }
}

function expel(session: ClientSession, reason: string): void {
  session.close(RELAY_CLOSE.unauthenticated, reason)
}
