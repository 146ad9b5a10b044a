import { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { Rooms } from '../accounts/room-registry.ts'
import { type Grant, grantOfDigest } from '../auth/token-grant.ts'
import type { RelayLog, RoomMeans } from '../context.ts'
import type { Session } from './client-session.ts'

/** A database that stays away is complained about again after so long. */
const COMPLAIN_EVERY_MS = 60_000

/** What a vigil watches over. */
export interface Watched {
  readonly store: RelayStore
  readonly rooms: Rooms
  readonly sessions: ReadonlySet<Session>
  readonly log: RelayLog
}

/** Closes the sockets of tokens that no longer count, within a second, and begins anew where a key was replaced. */
export class Vigil {
  readonly #means: RoomMeans
  readonly #watched: Watched
  #revision: number | null = null
  #rechecks = 0
  #readAt: number
  #touchedAt: number
  /** Null while the database answers. */
  #complainedAt: number | null = null
  #cancel: Cancel | null = null
  #isOver = false

  constructor(means: RoomMeans, watched: Watched) {
    this.#means = means
    this.#watched = watched
    this.#readAt = means.world.clock.nowMs()
    this.#touchedAt = this.#readAt
    this.#later()
  }

  /**
   * Looks a token up. What was found while all others were looked up again may be what was true before, and whoever comes with it would be
   * looked at by nobody: so it is looked up again.
   */
  async admit(look: () => Promise<Grant | null>): Promise<Grant | null> {
    for (;;) {
      const rechecks = this.#rechecks
      const grant = await look()
      if (grant === null || rechecks === this.#rechecks) return grant
    }
  }

  /** Ms since the database could last be asked. */
  silentMs(): number {
    return this.#now() - this.#readAt
  }

  end(): void {
    this.#isOver = true
    this.#cancel?.()
  }

  #later(): void {
    if (this.#isOver) return
    this.#cancel = this.#means.world.clock.after(this.#means.limits.revisionEveryMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    try {
      this.#closeExpired()
      const revision = await this.#watched.store.revision()
      if (revision !== this.#revision) {
        await this.#recheck()
        this.#revision = revision
      }
      this.#readAt = this.#now()
      if (this.#complainedAt !== null) this.#watched.log.info('database readable again')
      this.#complainedAt = null
      await this.#touch()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#complain(error)
    }
    this.#later()
  }

  #complain({ code, message }: AxisorError): void {
    const now = this.#now()
    if (this.#complainedAt !== null && now - this.#complainedAt < COMPLAIN_EVERY_MS) return
    this.#complainedAt = now
    this.#watched.log.warn('database not readable', { code, message })
  }

  #closeExpired(): void {
    const now = this.#now()
    for (const session of [...this.#watched.sessions]) {
      const { expiresAt } = session.grant
      if (expiresAt !== null && now >= expiresAt) expel(session, 'token expired')
    }
  }

  async #recheck(): Promise<void> {
    this.#rechecks += 1
    const { sessions, store, rooms } = this.#watched
    const byDigest = Map.groupBy(sessions, session => session.grant.digest)
    for (const [digest, same] of byDigest) {
      const grant = await grantOfDigest(digest, store, this.#now())
      if (grant === null) for (const session of same) expel(session, 'token revoked')
    }
    await rooms.recheck()
  }

  async #touch(): Promise<void> {
    const now = this.#now()
    if (now - this.#touchedAt < this.#means.limits.touchEveryMs) return
    this.#touchedAt = now
    const ids = new Set([...this.#watched.sessions].map(({ grant }) => grant.tokenId))
    if (ids.size === 0) return
    try {
      await this.#watched.store.touchTokens([...ids], now)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      const { code, message } = error
      this.#watched.log.warn('last use of tokens not written down', { code, message })
    }
  }

  #now(): number {
    return this.#means.world.clock.nowMs()
  }
}

function expel(session: Session, reason: string): void {
  session.close(RELAY_CLOSE.unauthenticated, reason)
}
