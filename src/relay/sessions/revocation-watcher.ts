import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { RoomRegistry } from '../accounts/room-registry.ts'
import { isOwnAccount } from '../auth/account-access.ts'
import { type Grant, validDigests } from '../auth/token-grant.ts'
import type { RoomContext } from '../context.ts'
import { logBug } from '../log-bug.ts'
import type { ServedSession } from './served-session.ts'

/** Minimum time between two warnings about an unreadable database. */
const WARN_EVERY_MS = 60_000

/** Dependencies of the revocation watcher. */
export interface WatcherDeps {
  readonly store: RelayStore
  readonly rooms: RoomRegistry
  readonly sessions: ReadonlySet<ServedSession>
  /** Called after each change of the database. @throws AxisorError, to be called again */
  readonly changed: () => Promise<void>
}

/** Closes connections of revoked and expired tokens and of removed users within a second, and restarts rooms whose key was replaced. */
export class RevocationWatcher {
  readonly #context: RoomContext
  readonly #deps: WatcherDeps
  #revision: number | null = null
  #rechecks = 0
  #readAt: number
  #lastUsedWrittenAt: number
  /** Ids of tokens that were used since the last write. */
  readonly #used = new Set<string>()
  /** Time of the last warning; null while the database is readable. */
  #warnedAt: number | null = null
  #cancel: Cancel | null = null
  #isStopped = false

  constructor(context: RoomContext, deps: WatcherDeps) {
    this.#context = context
    this.#deps = deps
    this.#readAt = context.deps.clock.nowMs()
    this.#lastUsedWrittenAt = this.#readAt
    this.#schedule()
  }

  /**
   * Looks up a token, and the account that it is to read. A result from during a recheck may be outdated, and the new session would miss
   * that recheck, so the lookup is repeated.
   */
  async authenticate<Found extends Grant | string | null>(lookUp: () => Promise<Found>): Promise<Found> {
    for (;;) {
      const rechecks = this.#rechecks
      const found = await lookUp()
      if (found === null) return found
      if (rechecks !== this.#rechecks) continue
      if (typeof found === 'object') this.#used.add(found.tokenId)
      return found
    }
  }

  /** Returns the ms since the database was last read. */
  databaseSilentMs(): number {
    return this.#now() - this.#readAt
  }

  /** Ends the watch, and records the last use of tokens. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    await this.#writeLastUsed()
  }

  #schedule(): void {
    if (this.#isStopped) return
    this.#cancel = this.#context.deps.clock.after(
      this.#context.limits.revisionCheckMs,
      () => void this.#check(),
    )
  }

  async #check(): Promise<void> {
    try {
      this.#closeExpired()
      const revision = await this.#deps.store.revision()
      if (revision !== this.#revision) {
        await this.#recheckTokens()
        await this.#deps.changed()
        this.#revision = revision
      }
      this.#readAt = this.#now()
      if (this.#warnedAt !== null) this.#context.log.info('database readable again')
      this.#warnedAt = null
      if (this.#now() - this.#lastUsedWrittenAt >= this.#context.limits.lastUsedWriteMs)
        await this.#writeLastUsed()
    } catch (error) {
      // An unexpected error must not end the watch: the tokens would stay valid until a restart.
      this.#warn(error)
    }
    this.#schedule()
  }

  #warn(error: unknown): void {
    const now = this.#now()
    if (this.#warnedAt !== null && now - this.#warnedAt < WARN_EVERY_MS) return
    this.#warnedAt = now
    if (error instanceof AxisorError) {
      const { code, message } = error
      this.#context.log.warn('database not readable', { code, message })
    } else logBug(this.#context.log, error)
  }

  #closeExpired(): void {
    const now = this.#wallNow()
    for (const session of [...this.#deps.sessions]) {
      const { expiresAt } = session.grant
      if (expiresAt !== null && now >= expiresAt) disconnect(session, 'token expired')
    }
  }

  async #recheckTokens(): Promise<void> {
    this.#rechecks += 1
    const { sessions, store, rooms } = this.#deps
    const checked = [...sessions]
    const digests = [...new Set(checked.map(({ grant }) => grant.digest))]
    const valid = digests.length === 0 ? null : await validDigests(digests, store, this.#wallNow())
    for (const session of checked)
      if (valid?.has(session.grant.digest) === false) disconnect(session, 'token revoked')
    await this.#recheckAccounts(checked)
    await rooms.reload()
  }

  /** Closes the connections that read the account of another user who was removed. That user's own tokens are gone as well. */
  async #recheckAccounts(checked: readonly ServedSession[]): Promise<void> {
    const reading = checked.filter(({ grant }) => !isOwnAccount(grant))
    if (reading.length === 0) return
    const ids = new Set((await this.#deps.store.users()).map(({ id }) => id))
    for (const session of reading)
      if (!ids.has(session.grant.account.userId)) session.close(RELAY_CLOSE.noSuchUser, 'user removed')
  }

  async #writeLastUsed(): Promise<void> {
    this.#lastUsedWrittenAt = this.#now()
    for (const { grant } of this.#deps.sessions) this.#used.add(grant.tokenId)
    const ids = [...this.#used]
    if (ids.length === 0) return
    try {
      await this.#deps.store.touchTokens(ids, this.#wallNow())
      for (const id of ids) this.#used.delete(id)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      const { code, message } = error
      this.#context.log.warn('last use of tokens not written', { code, message })
    }
  }

  /** Tokens live by the wall clock, which their issuers use. */
  #wallNow(): number {
    return wallNow(this.#context.deps.clock)
  }

  #now(): number {
    return this.#context.deps.clock.nowMs()
  }
}

function disconnect(session: ServedSession, reason: string): void {
  session.close(RELAY_CLOSE.unauthenticated, reason)
}
