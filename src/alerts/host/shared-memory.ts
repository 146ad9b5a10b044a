import type { DeliverySummary } from '../../domain/alerts/delivery.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { AlertRequest, Outbox, QueuedNotice, UntakenNotice } from '../../ports/outbox.ts'
import { DELIVERY_DEADLINES_MS } from '../delivery/deadlines.ts'
import { type EngineState, RECENT_MS } from '../engine-state.ts'
import { decodeEngineState, encodeEngineState } from '../stored-engine.ts'
import type { AlertMonitor } from './alert-monitor.ts'
import { OutboxWriter, type OutboxWriterDeps } from './outbox-writer.ts'

/** How often the outbox is read for requests and changes of other processes. */
const POLL_MS = 500

/** How often the memory of the engine is stored without a change, so that a restarted host knows when sight ended. */
const SAVE_EVERY_MS = 10_000

/** How long finished notices are kept, and how often older ones are removed. */
const KEEP_MS = 7 * 86_400_000
const PRUNE_EVERY_MS = 3_600_000

/** The longest time for which a notice is worth an attempt. */
const LONGEST_DEADLINE_MS = DELIVERY_DEADLINES_MS.critical

/** What the memory of a host needs. */
export interface SharedMemoryDeps extends OutboxWriterDeps {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly monitor: AlertMonitor
  /** Applies an acknowledgement. */
  readonly acknowledge: (alertId: string | null) => void
  readonly holdsLease: () => boolean
  /** The monitor has agreed with what the host with the lease stored. */
  readonly onFollowed: (stored: EngineState) => void
  /**
   * The monitor continues what the host before stored; with the stored deliveries, newest first, and the stored notices that no channel has
   * taken.
   */
  readonly onTakenOver: (deliveries: readonly DeliverySummary[], untaken: readonly UntakenNotice[]) => void
}

/** The memory of the engine in the outbox. The host with the lease continues and stores it; the others show what it stored. */
export class SharedMemory {
  readonly #deps: SharedMemoryDeps
  readonly #writer: OutboxWriter
  #deliveries: ReadonlyMap<string, DeliverySummary> = new Map()
  #revision = -1
  #savedAt = 0
  #prunedAt = Number.NEGATIVE_INFINITY
  /** Number of the last request that the engine's state contains; null if it contains none. */
  #appliedRequests: number | null = null
  /** Grows with each change of the role: what began before it has no effect. */
  #role = 0
  #isAdopted = false
  #hasFailed = false
  #cancelPoll: Cancel = () => {}
  #polled: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(deps: SharedMemoryDeps) {
    this.#deps = deps
    this.#writer = new OutboxWriter(deps)
  }

  /** Deliveries of the newest notice of each alert, by the id of the alert. */
  get deliveries(): ReadonlyMap<string, DeliverySummary> {
    return this.#deliveries
  }

  /** True while this host has the lease and continues the memory of the host before it: it may store and deliver. */
  isOwner(): boolean {
    return this.#isAdopted && this.#deps.holdsLease()
  }

  /** Begins with the stored memory. To be called once the role is known. */
  async start(): Promise<void> {
    await this.changeRole()
    await this.#startPoll()
  }

  /**
   * To be called after each change of the role. A host that takes over continues with the memory of the one before, so that nothing is
   * reported twice, and what only this host noticed while it delivered nothing is reported again.
   */
  async changeRole(): Promise<void> {
    this.#role += 1
    this.#revision = -1
    this.#isAdopted = false
    this.#appliedRequests = null
    if (!this.#deps.holdsLease()) return
    const role = this.#role
    const stored = await this.#guarded(() => this.#readMemory())
    if (role !== this.#role) return
    // If the outbox can't be read, the host goes on with what it knows itself.
    if (stored?.state != null) {
      this.#deps.monitor.takeOver(stored.state)
      this.#deps.onTakenOver(stored.deliveries, stored.untaken)
    }
    this.#isAdopted = true
  }

  /** Stores the memory together with new notices. */
  save(notices: readonly QueuedNotice[]): void {
    const { clock, monitor } = this.#deps
    this.#savedAt = clock.nowMs()
    const engine = encodeEngineState(monitor.state(), clock.toWall)
    const applied = this.#appliedRequests
    this.#writer.commit({ engine, notices, ...(applied === null ? {} : { appliedRequests: applied }) })
  }

  /** Returns the notices that no channel has taken and that may still be worth an attempt; null if the outbox can't be read. */
  untaken(): Promise<readonly UntakenNotice[] | null> {
    const { outbox, clock } = this.#deps
    const since = clock.toWall(clock.nowMs()) - LONGEST_DEADLINE_MS
    return this.#guarded(() => outbox.untaken(since))
  }

  /** Asks the host with the lease. */
  request(request: AlertRequest): void {
    if (this.#isClosed) return
    this.#writer.write(() => this.#deps.outbox.request(request))
  }

  /** Stores the memory once more. Resolves when all reads and writes have ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelPoll()
    await this.#polled
    if (this.isOwner()) this.save([])
    await this.#writer.settled()
  }

  /** `close` awaits the poll, so that none uses a closed outbox. */
  #startPoll(): Promise<void> {
    if (!this.#isClosed) this.#polled = this.#poll()
    return this.#polled
  }

  async #poll(): Promise<void> {
    const isRead = await this.#guarded(async () => {
      const revision = await this.#deps.outbox.revision()
      if (revision !== this.#revision) await this.#readChanges()
      this.#revision = revision
      return true
    })
    if (this.#isClosed) return
    if (this.isOwner()) this.#store()
    else if (isRead !== null && this.#hasFailed) this.#recovered()
    this.#cancelPoll = this.#deps.clock.after(POLL_MS, () => void this.#startPoll())
  }

  /** For a host that stores, only a commit proves that the outbox works. */
  #recovered(): void {
    this.#hasFailed = false
    this.#deps.onStorage(null)
  }

  #store(): void {
    const { clock, outbox } = this.#deps
    const now = clock.nowMs()
    if (now - this.#savedAt >= SAVE_EVERY_MS) this.save([])
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return
    this.#prunedAt = now
    this.#writer.write(() => outbox.prune(clock.toWall(now) - KEEP_MS))
  }

  async #readChanges(): Promise<void> {
    const { outbox, clock, monitor, holdsLease, onFollowed } = this.#deps
    if (this.isOwner()) await this.#applyRequests()
    else {
      const state = await this.#readEngine()
      if (state !== null && !holdsLease()) {
        monitor.follow(state)
        onFollowed(state)
      }
    }
    const summaries = await outbox.summaries(clock.toWall(clock.nowMs()) - RECENT_MS)
    // Newest first: the newest notice of an alert is listed.
    this.#deliveries = new Map(summaries.toReversed().map(each => [each.alertId, each]))
  }

  /** Requests stay in the outbox until a commit contains them: a crash in between loses none. */
  async #applyRequests(): Promise<void> {
    const role = this.#role
    const found = await this.#deps.outbox.requests()
    if (role !== this.#role || !this.isOwner()) return
    const added = found.filter(({ number }) => number > (this.#appliedRequests ?? 0))
    for (const { request } of added) this.#apply(request)
    const last = added.at(-1)
    if (last === undefined) return
    this.#appliedRequests = last.number
    this.save([])
  }

  #apply(request: AlertRequest): void {
    const { monitor, clock, acknowledge } = this.#deps
    const now = clock.nowMs()
    if (request.kind === 'acknowledge') acknowledge(request.alertId)
    else monitor.snooze({ rule: request.rule, until: now + request.until - clock.toWall(now) })
  }

  async #readMemory() {
    const { outbox, clock } = this.#deps
    const now = clock.toWall(clock.nowMs())
    const [state, deliveries, untaken] = await Promise.all([
      this.#readEngine(),
      outbox.summaries(now - KEEP_MS),
      outbox.untaken(now - KEEP_MS),
    ])
    return { state, deliveries, untaken }
  }

  async #readEngine(): Promise<EngineState | null> {
    const { outbox, clock } = this.#deps
    const engine = await outbox.engine()
    return engine === null ? null : decodeEngineState(engine, clock.nowMs(), clock.toWall)
  }

  /** Returns null if the outbox fails, which is reported. */
  async #guarded<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#hasFailed = true
      this.#deps.onStorage(error)
      return null
    }
  }
}
