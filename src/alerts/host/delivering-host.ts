import type { Notice } from '../../domain/alerts/alert.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { AlertRequest, Attempt, DeliverySummary, QueuedNotice } from '../../ports/outbox.ts'
import { type Dispatcher, openDispatcher } from '../delivery/dispatcher.ts'
import { type HostLeaseKeeper, openHostLease } from '../delivery/host-lease.ts'
import { queueNotices } from '../delivery/queue-notices.ts'
import { type EngineState, RECENT_MS } from '../engine-state.ts'
import { decodeEngineState, encodeEngineState } from '../stored-engine.ts'
import {
  type AlertHost,
  type AlertsView,
  type AttemptCounts,
  countAttempt,
  NO_ATTEMPTS,
} from './alert-host.ts'
import { type AlertChange, AlertMonitor, SENDING_EVERY_MS } from './alert-monitor.ts'
import type { DeliveringHostDeps } from './delivering-host-deps.ts'
import { Heartbeat } from './heartbeat.ts'
import { HostProblems } from './host-problems.ts'
import { OutboxWriter } from './outbox-writer.ts'

/** How often the outbox is asked for requests and changes of other processes. */
const POLL_MS = 500

/** How often the memory of the engine is stored without a change, so that a restarted host knows when sight ended. */
const SAVE_EVERY_MS = 10_000

/** How long finished notices are kept. */
const KEEP_MS = 7 * 86_400_000

const CLOSE_LIMIT_MS = 3_000

/** The alert host of one account with an outbox. Of several on one outbox, the one with the lease delivers. */
export class DeliveringHost implements AlertHost {
  readonly #deps: DeliveringHostDeps
  readonly #monitor: AlertMonitor
  readonly #dispatcher: Dispatcher
  readonly #writer: OutboxWriter
  readonly #problems = new HostProblems()
  readonly #listeners = new Set<(change: AlertChange) => void>()
  readonly #heartbeat: Heartbeat | null
  #lease: HostLeaseKeeper | null = null
  #deliveries: ReadonlyMap<string, DeliverySummary> = new Map()
  #counts: AttemptCounts = NO_ATTEMPTS
  #revision = -1
  #savedAt = 0
  #cancelPoll: Cancel = () => {}
  #isClosed = false

  constructor(deps: DeliveringHostDeps) {
    this.#deps = deps
    this.#monitor = new AlertMonitor({
      ...deps,
      everyMs: SENDING_EVERY_MS,
      onChange: change => this.#changed(change),
    })
    this.#dispatcher = openDispatcher({
      ...deps,
      channels: () => [...deps.channels(), ...(deps.retired ?? [])],
      isHolder: () => this.#delivers(),
      onOutcome: (attempt, notice) => this.#attempted(attempt, notice),
      onUndelivered: notice => this.#problem(() => this.#problems.undelivered(notice)),
      onStorageError: error => this.#storageProblem(error),
    })
    this.#writer = new OutboxWriter({
      outbox: deps.outbox,
      onStorage: error => this.#storageProblem(error),
      onStored: () => this.#dispatcher.wake(),
      onUnstored: notices => this.#dispatcher.submitUnstored(notices),
    })
    for (const message of deps.problems)
      this.#problem(() => this.#problems.set(message, { level: 'warn', message }))
    const { heartbeat, clock, notifier } = deps
    const onResult = (why: string | null): void =>
      this.#problem(() =>
        this.#problems.set(
          'heartbeat',
          why === null ? null : { level: 'warn', message: `the heartbeat failed: ${why}` },
        ),
      )
    this.#heartbeat =
      heartbeat === null
        ? null
        : new Heartbeat({
            ...heartbeat,
            clock,
            notifier,
            // Of several hosts one pings, also while a relay delivers: the account is watched.
            isHealthy: () => this.#holdsLease() && this.isHealthy(),
            onResult,
          })
  }

  /** Continues with the stored memory, takes the lease if it is free and starts to deliver. */
  async start(): Promise<void> {
    const { clock, outbox, random, label } = this.#deps
    const now = clock.nowMs()
    await this.#takeOver()
    this.#lease = await openHostLease({
      ...{ outbox, clock, random, label },
      onChange: () => void this.#roleChanged(),
    })
    this.#writer.write(() => outbox.prune(clock.toWall(now) - KEEP_MS))
    this.#announce()
    this.#dispatcher.wake()
    this.#heartbeat?.start()
    await this.#poll()
  }

  isHealthy(): boolean {
    return this.#monitor.isHealthy()
  }

  /** When the rules were last evaluated on fresh prices and positions; the start of this host if that was later. Our clock. */
  seenAt(): number {
    const { seenAt, startedAt } = this.#monitor.state()
    return Math.max(seenAt ?? startedAt, startedAt)
  }

  view(): AlertsView {
    return {
      ...this.#monitor.view(),
      deliveries: this.#deliveries,
      host: this.#hostOf(),
      counts: this.#counts,
    }
  }

  evaluate(input: Parameters<AlertHost['evaluate']>[0]): void {
    this.#monitor.evaluate(input)
  }

  /** Another host applies the request, if it has the lease. */
  acknowledge(alertId: string | null): void {
    this.#acknowledge(alertId)
    const { outbox, label } = this.#deps
    if (!this.#holdsLease())
      this.#writer.write(() => outbox.request({ kind: 'acknowledge', alertId, by: label }))
  }

  subscribe(listener: (change: AlertChange) => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelPoll()
    this.#heartbeat?.close()
    this.#monitor.close()
    if (this.#holdsLease()) this.#save([])
    await this.#writer.settled()
    await this.#dispatcher.close(CLOSE_LIMIT_MS)
    await this.#lease?.close()
    await this.#deps.notifier.close()
    await this.#deps.outbox.close()
  }

  #holdsLease(): boolean {
    return this.#lease?.isHolder() === true
  }

  #delivers(): boolean {
    return this.#holdsLease() && this.#deps.deliversElsewhere() === null
  }

  #hostOf(): AlertsView['host'] {
    const elsewhere = this.#deps.deliversElsewhere()
    if (elsewhere !== null) return { kind: 'other', label: elsewhere }
    const role = this.#lease?.role()
    if (role?.isHolder === false && role.holderLabel !== null)
      return { kind: 'other', label: role.holderLabel }
    const channels = this.#deps.channels().length
    return channels === 0 ? { kind: 'none' } : { kind: 'this', channels }
  }

  #changed(change: AlertChange): void {
    this.#problems.keepOnly(this.#monitor.view().active)
    for (const listener of [...this.#listeners]) listener(change)
    if (!this.#holdsLease()) return
    const { channels, clock } = this.#deps
    const names = channels().map(({ name }) => name)
    this.#save(this.#delivers() ? queueNotices(change.notices, names, clock) : [])
  }

  /** Known notices are ignored by the outbox. */
  #announce(): void {
    const { announcements = [] } = this.#deps
    if (announcements.length > 0 && this.#holdsLease()) this.#save(announcements)
  }

  #acknowledge(alertId: string | null): void {
    const alert = this.#monitor.view().active.find(({ id }) => id === alertId)
    this.#monitor.acknowledge(alertId)
    if (alertId === null || alert !== undefined) this.#deps.acknowledgeElsewhere?.(alert ?? null)
  }

  #save(notices: readonly QueuedNotice[]): void {
    this.#savedAt = this.#deps.clock.nowMs()
    this.#writer.commit(encodeEngineState(this.#monitor.state()), notices)
  }

  async #poll(): Promise<void> {
    try {
      const revision = await this.#deps.outbox.revision()
      if (revision !== this.#revision) {
        this.#revision = revision
        await this.#readChanges()
      }
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#storageProblem(error)
    }
    if (this.#isClosed) return
    if (this.#holdsLease() && this.#deps.clock.nowMs() - this.#savedAt >= SAVE_EVERY_MS) this.#save([])
    this.#cancelPoll = this.#deps.clock.after(POLL_MS, () => void this.#poll())
  }

  async #readChanges(): Promise<void> {
    const { outbox, clock } = this.#deps
    if (this.#holdsLease()) for (const request of await outbox.takeRequests()) this.#apply(request)
    else await this.#follow()
    const summaries = await outbox.summaries(clock.toWall(clock.nowMs()) - RECENT_MS)
    // Newest first: the newest notice of an alert is listed.
    this.#deliveries = new Map(summaries.toReversed().map(each => [each.alertId, each]))
  }

  #apply(request: AlertRequest): void {
    if (request.kind === 'acknowledge') this.#acknowledge(request.alertId)
    else {
      const { clock } = this.#deps
      const now = clock.nowMs()
      this.#monitor.snooze({ rule: request.rule, until: now + request.until - clock.toWall(now) })
    }
  }

  async #readEngine(): Promise<EngineState | null> {
    const engine = await this.#deps.outbox.engine()
    return engine === null ? null : decodeEngineState(engine, this.#deps.clock.nowMs())
  }

  async #takeOver(): Promise<void> {
    const state = await this.#readEngine()
    if (state !== null) this.#monitor.takeOver(state)
  }

  async #follow(): Promise<void> {
    const state = await this.#readEngine()
    if (state !== null) this.#monitor.follow(state)
  }

  /** A host that takes over continues with the memory of the one before, so that nothing is reported twice. */
  async #roleChanged(): Promise<void> {
    this.#revision = -1
    if (!this.#holdsLease()) return
    try {
      await this.#takeOver()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#storageProblem(error)
    }
    this.#announce()
    this.#dispatcher.wake()
  }

  #attempted(attempt: Attempt, notice: Notice): void {
    if (attempt.state === 'delivered') this.#problem(() => this.#problems.delivered(notice))
    this.#counts = countAttempt(this.#counts, attempt)
    this.#deps.onAttempt(attempt, notice)
  }

  #storageProblem(error: AxisorError | null): void {
    const problem =
      error === null
        ? null
        : ({
            level: 'critical',
            message: `alerts can't be stored and are delivered from memory: ${error.message}`,
          } as const)
    this.#problem(() => this.#problems.set('storage', problem))
  }

  #problem(change: () => void): void {
    change()
    this.#monitor.setHostFindings(this.#problems.list())
  }
}
