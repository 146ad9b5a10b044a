import { AxisorError } from '../../domain/error.ts'
import type { Network } from '../../domain/snapshot.ts'
import type { Hop, KeyRefusal, RelayDelivery } from '../../domain/status.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { RelayStore, SealedAccount } from '../../ports/relay-store.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import type { RelayLog, RoomContext } from '../context.ts'
import { AccountMessages, type Upstream } from './account-messages.ts'
import { type AccountReport, accountReportOf } from './account-report.ts'
import { CircuitBreaker, type KeyRefusalReport } from './circuit-breaker.ts'
import type { HeldAccount } from './held-account.ts'
import type { LastData } from './last-data.ts'
import type { SourceListener } from './message-source.ts'
import type { OpenedAccount } from './opened-account.ts'
import { Room } from './room.ts'

/** An account to watch, and its encrypted key. */
export interface WatchedAccount {
  readonly userId: string
  readonly userName: string
  /** Null if the user has no exchange key. */
  readonly sealed: SealedAccount | null
}

/**
 * Opens the source of one account. `refusal` is what the exchange last answered to a key that worked before, or null.
 * @throws AxisorError if there is no key, or it cannot be decrypted
 */
export type OpenUpstream = (account: WatchedAccount, refusal: KeyRefusal | null) => Promise<Upstream>

export interface RoomRegistryOptions {
  readonly store: RelayStore
  readonly openUpstream: OpenUpstream
  readonly log: RelayLog
  /** Returns what the relay delivers of an account's alerts. Default: nothing. */
  readonly deliveryOf?: (userId: string) => RelayDelivery | null
  /** Called for each account that is watched. Returns what to call when it is not watched any more. Default: nothing. */
  readonly opened?: (account: OpenedAccount) => Cancel
  /** Knows when accounts last had data. Default: nothing does. */
  readonly lastData?: Pick<LastData, 'at' | 'opened' | 'unneeded'>
}

interface Entry {
  readonly userName: string
  readonly openedAt: number
  /** Ends what `opened` began. */
  readonly stop: Cancel
  readonly room: Room
  readonly upstream: Upstream
  /** Called when the room has closed. */
  readonly holders: Set<() => void>
  readonly network: Network | null
  readonly keyVersion: number
  cancelLinger: Cancel | null
}

/** The rooms of all accounts that have subscribers, or had some recently. */
export class RoomRegistry {
  readonly #context: RoomContext
  readonly #options: RoomRegistryOptions
  readonly #breaker: CircuitBreaker
  readonly #entries = new Map<string, Promise<Entry>>()
  /** Those of `#entries` that are open. */
  readonly #opened = new Map<string, Entry>()
  #isClosed = false

  constructor(context: RoomContext, options: RoomRegistryOptions) {
    this.#context = context
    this.#options = options
    this.#breaker = new CircuitBreaker(context.limits)
  }

  /** The number of watched accounts. */
  get size(): number {
    return this.#entries.size
  }

  /** Returns a report on each watched account. */
  reports(): readonly AccountReport[] {
    const now = this.#now()
    const { toWall } = this.#context.deps.clock
    return [...this.#opened].map(([userId, { userName, room, upstream, openedAt }]) => {
      const lastDataAt = this.#options.lastData?.at(userId) ?? null
      const report = accountReportOf(upstream, { openedAt, lastDataAt, toWall }, now)
      return { userId, userName, subscribers: room.size, ...report }
    })
  }

  /** Returns the accounts whose key is refused. */
  refusals(): readonly KeyRefusalReport[] {
    return this.#breaker.refusals(this.#now())
  }

  /** The number of accounts that are blocked because the exchange rejected them. */
  get refused(): number {
    return this.#breaker.count(this.#now())
  }

  /**
   * Returns the room of a user's account and opens it if needed. It stays open for a while after its last subscriber
   * has left.
   * @throws AxisorError if the account cannot be watched
   */
  async get(
    userId: string,
    userName: string,
  ): Promise<{ readonly room: Room; readonly network: Network | null }> {
    const entry = await this.#entry(userId, userName)
    this.#lingerWhenEmpty(userId, entry)
    return entry
  }

  /**
   * Watches an account until it is released, as for a subscriber. `closed` is called if the account cannot be watched any more, or its
   * key was replaced; its store then stays as it was.
   * @throws AxisorError if the account cannot be watched
   */
  async hold(userId: string, userName: string, closed: () => void): Promise<HeldAccount> {
    const entry = await this.#entry(userId, userName)
    const { room, upstream, holders } = entry
    if (room.isClosed) throw new AxisorError('unavailable', 'the account was closed meanwhile')
    // A function of its own: the same may be passed twice.
    const holder = () => closed()
    holders.add(holder)
    this.#lingerWhenEmpty(userId, entry)
    return {
      store: upstream.store,
      ownership: upstream.ownership ?? null,
      refresh: () => room.refreshSource(),
      release: () => {
        if (holders.delete(holder)) this.#lingerWhenEmpty(userId, entry)
      },
    }
  }

  /** Reports to the subscribers of a user what the relay delivers now. */
  async alertsChanged(userId: string): Promise<void> {
    const entry = await this.#entries.get(userId)?.catch(() => null)
    entry?.room.alertsChanged()
  }

  async #entry(userId: string, userName: string): Promise<Entry> {
    if (this.#isClosed) throw new AxisorError('unavailable', 'the relay is stopping')
    const known = this.#entries.get(userId)
    const opening = known ?? this.#open(userId, userName)
    if (known === undefined) {
      this.#entries.set(userId, opening)
      opening.then(
        entry => this.#entries.get(userId) === opening && this.#opened.set(userId, entry),
        () => this.#drop(userId, opening),
      )
    }
    return opening
  }

  /** Reports that a subscriber has left. The room of the last one is closed after a while. */
  async left(userId: string): Promise<void> {
    const entry = await this.#entries.get(userId)?.catch(() => null)
    if (entry) this.#lingerWhenEmpty(userId, entry)
  }

  /** Restarts the rooms of accounts whose key was replaced or removed. */
  async reload(): Promise<void> {
    for (const [userId, opening] of [...this.#entries]) {
      const entry = await opening.catch(() => null)
      const sealed = await this.#options.store.account(userId)
      if (entry === null || (sealed?.updatedAt ?? 0) === entry.keyVersion) continue
      this.#drop(userId, opening)
      end(entry)
      entry.room.restart()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const openings = [...this.#entries.values()]
    this.#entries.clear()
    this.#opened.clear()
    for (const opening of openings) {
      const entry = await opening.catch(() => null)
      if (entry === null) continue
      entry.stop()
      entry.room.close()
      end(entry)
    }
  }

  async #open(userId: string, userName: string): Promise<Entry> {
    const sealed = await wrapDatabaseErrors(this.#options.store.account(userId))
    const keyVersion = sealed?.updatedAt ?? 0
    const refusal = this.#breaker.refusal(userId, keyVersion, this.#now())
    if (refusal !== null) throw refusal
    const account = { userId, userName, sealed }
    const room = new Room(this.#context)
    let entry: Entry | null = null
    const listener: SourceListener = {
      changed: () => room.changed(),
      unreadable: () => {
        this.#context.stats.upstreamFaults += 1
      },
      refused: spell => this.#recordSpell(userId, keyVersion, spell),
      stopped: error => {
        this.#breaker.recordRefusal(userId, keyVersion, error, this.#now())
        this.#options.log.warn('account refused', { user: userId, code: error.code })
        this.#drop(userId, this.#entries.get(userId))
        room.refuse(error)
        if (entry !== null) end(entry)
      },
    }
    try {
      const upstream = await this.#options.openUpstream(
        account,
        this.#breaker.spell(userId, keyVersion, this.#now()),
      )
      const source = new AccountMessages(
        this.#context.deps,
        upstream,
        listener,
        () => this.#options.deliveryOf?.(userId) ?? null,
      )
      room.setSource(source)
      const hop = source.upstream()?.upstream.hop
      if (hop?.link === 'stopped') {
        const error = stoppedError(hop)
        this.#breaker.recordRefusal(userId, keyVersion, error, this.#now())
        throw error
      }
      const network = sealed?.network ?? null
      const { store, ownership = null } = upstream
      entry = {
        ...{ userName, room, upstream, keyVersion, network, openedAt: this.#now() },
        stop: this.#options.opened?.({ userId, keyVersion, network, store, ownership }) ?? (() => {}),
        holders: new Set(),
        cancelLinger: null,
      }
    } catch (error) {
      room.close()
      throw error
    }
    this.#options.lastData?.opened()
    this.#options.log.info('account opened', { user: userId })
    return entry
  }

  #recordSpell(userId: string, keyVersion: number, refusal: KeyRefusal | null): void {
    const isFirst = this.#breaker.spell(userId, keyVersion, this.#now()) === null
    this.#breaker.recordSpell(userId, keyVersion, refusal, this.#now())
    if (refusal === null) this.#options.log.info('key accepted again', { user: userId })
    else if (isFirst) this.#options.log.warn('key refused', { user: userId, code: refusal.error.code })
  }

  #lingerWhenEmpty(userId: string, entry: Entry): void {
    entry.cancelLinger?.()
    entry.cancelLinger = null
    // A closed room is no longer registered; its user may have a new one.
    if (isNeeded(entry) || entry.room.isClosed) return
    entry.cancelLinger = this.#context.deps.clock.after(this.#context.limits.lingerMs, () => {
      if (isNeeded(entry)) return
      this.#drop(userId, this.#entries.get(userId))
      entry.room.close()
      this.#options.lastData?.unneeded(userId)
      this.#options.log.info('account closed', { user: userId })
    })
  }

  /** Removes a room, unless a new one has replaced it. */
  #drop(userId: string, opening: Promise<Entry> | undefined): void {
    if (this.#entries.get(userId) !== opening) return
    this.#entries.delete(userId)
    this.#opened.get(userId)?.stop()
    this.#opened.delete(userId)
  }

  #now(): number {
    return this.#context.deps.clock.nowMs()
  }
}

function isNeeded({ room, holders }: Entry): boolean {
  return room.size > 0 || holders.size > 0
}

/** A closed room does not linger, and is not held any more. */
function end(entry: Entry): void {
  entry.stop()
  entry.cancelLinger?.()
  const holders = [...entry.holders]
  entry.holders.clear()
  for (const closed of holders) closed()
}

function stoppedError({ lastError }: Hop): AxisorError {
  return new AxisorError(lastError?.code ?? 'connection-lost', lastError?.message ?? 'the link has stopped')
}
