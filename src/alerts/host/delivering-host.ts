import type { Notice } from '../../domain/alerts/alert.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import type { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import { type Dispatcher, openDispatcher } from '../delivery/dispatcher.ts'
import { type HostLeaseKeeper, openHostLease } from '../delivery/host-lease.ts'
import {
  type AlertHost,
  type AlertsView,
  type AttemptCounts,
  countAttempt,
  NO_ATTEMPTS,
} from './alert-host.ts'
import { type AlertChange, AlertMonitor, SENDING_EVERY_MS } from './alert-monitor.ts'
import type { DeliveringHostDeps, HostSettings } from './delivering-host-deps.ts'
import { Heartbeat, type HeartbeatTarget } from './heartbeat.ts'
import { HostProblems } from './host-problems.ts'
import { Redelivery } from './redelivery.ts'
import { SharedMemory } from './shared-memory.ts'
import { ShownChanges } from './shown-changes.ts'

const CLOSE_LIMIT_MS = 3_000

/** The alert host of one account with an outbox. Of several on one outbox, the one with the lease delivers. */
export class DeliveringHost implements AlertHost {
  readonly #deps: DeliveringHostDeps
  readonly #monitor: AlertMonitor
  readonly #dispatcher: Dispatcher
  readonly #memory: SharedMemory
  readonly #problems = new HostProblems()
  readonly #shown: ShownChanges
  readonly #redelivery: Redelivery
  #heartbeatTarget: HeartbeatTarget | null
  #heartbeat: Heartbeat | null
  #lease: HostLeaseKeeper | null = null
  #counts: AttemptCounts = NO_ATTEMPTS
  #roleChange: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(deps: DeliveringHostDeps) {
    const { outbox, clock, heartbeat, problems } = deps
    this.#deps = deps
    this.#shown = new ShownChanges({ clock, followsOther: () => this.#followsOther() })
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
      onUndelivered: notice => this.#redelivery.undelivered(notice),
      whyNoChannel: name => this.#whyNoChannel(name),
      onStorageError: error => this.#storageProblem(error),
    })
    this.#memory = new SharedMemory({
      outbox,
      clock,
      monitor: this.#monitor,
      acknowledge: alertId => this.#acknowledge(alertId),
      holdsLease: () => this.#lease?.isHolder() === true,
      onStorage: error => this.#storageProblem(error),
      onFollowed: stored => this.#shown.followed(this.#monitor.state(), stored),
      onTakenOver: (deliveries, untaken) => {
        if (deps.deliversElsewhere() === null) this.#redelivery.takenOver(deliveries, untaken)
      },
      onStored: () => this.#dispatcher.wake(),
      onUnstored: notices => this.#dispatcher.submitUnstored(notices),
    })
    this.#redelivery = new Redelivery({
      ...deps,
      monitor: this.#monitor,
      problems: this.#problems,
      onProblems: () => this.#problem(() => {}),
      delivers: () => this.#delivers() && !this.#isClosed,
      hasPending: alertId => this.#dispatcher.hasPending(alertId),
      untaken: () => this.#memory.untaken(),
      save: notices => this.#memory.save(notices),
    })
    this.#problem(() => this.#problems.setConfigured(problems))
    this.#heartbeatTarget = heartbeat
    this.#heartbeat = this.#openHeartbeat(heartbeat)
  }

  /** Takes the lease if it is free, continues with the stored memory and starts to deliver. */
  async start(): Promise<void> {
    const { outbox, clock, random, label, processes } = this.#deps
    const known = processes === undefined ? {} : { processes }
    const onChange = (): void => {
      this.#roleChange = Promise.all([this.#roleChange, this.#roleChanged()])
    }
    this.#lease = await openHostLease({ outbox, clock, random, label, onChange, ...known })
    await this.#memory.start()
    this.#beginDelivery()
    this.#heartbeat?.start()
  }

  /** Goes on with other settings. To be called when channels have changed as well. */
  configure({ rules, heartbeat, problems }: HostSettings): void {
    this.#monitor.setRules(rules)
    this.#problem(() => this.#problems.setConfigured(problems))
    if (!isSameTarget(heartbeat, this.#heartbeatTarget)) this.#replaceHeartbeat(heartbeat)
    this.#redelivery.resendLast()
    this.#dispatcher.wake()
  }

  isHealthy(): boolean {
    return this.#monitor.isHealthy()
  }

  /** When the rules were last evaluated on fresh prices and positions; the start of this host if that was later. Our clock. */
  seenAt(): number {
    const { sightedAt, startedAt } = this.#monitor.state()
    return Math.max(sightedAt ?? startedAt, startedAt)
  }

  view(): AlertsView {
    return {
      ...this.#monitor.view(),
      deliveries: this.#memory.deliveries,
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
    if (!this.#memory.isOwner()) this.#memory.request({ kind: 'acknowledge', alertId, by: this.#deps.label })
  }

  subscribe(listener: (change: AlertChange) => void): Cancel {
    return this.#shown.subscribe(listener)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#heartbeat?.close()
    this.#monitor.close()
    this.#shown.close()
    await this.#redelivery.close()
    await this.#memory.close()
    await this.#dispatcher.close(CLOSE_LIMIT_MS)
    await this.#lease?.close()
    await this.#roleChange
    await this.#deps.notifier.close()
    await this.#deps.outbox.close()
  }

  #delivers(): boolean {
    return this.#memory.isOwner() && this.#deps.deliversElsewhere() === null
  }

  #followsOther(): boolean {
    const role = this.#lease?.role()
    return role?.isHolder === false && role.holderLabel !== null
  }

  #hostOf(): AlertsView['host'] {
    const elsewhere = this.#deps.deliversElsewhere()
    if (elsewhere !== null) return { kind: 'other', by: 'relay', label: elsewhere }
    const channels = this.#deps.channels().length
    const role = this.#lease?.role()
    if (role?.isHolder === false && role.holderLabel !== null)
      return { kind: 'other', by: 'host', label: role.holderLabel, channels }
    return channels === 0 ? { kind: 'none' } : { kind: 'this', channels }
  }

  #changed(change: AlertChange): void {
    this.#problem(() => this.#problems.keepOnly(this.#monitor.view().active))
    this.#shown.add(change)
    if (!this.#memory.isOwner()) return
    this.#memory.save(this.#delivers() ? this.#redelivery.queued(change.notices) : [])
  }

  /** Known notices are ignored by the outbox. */
  #announce(): void {
    const { announcements = [] } = this.#deps
    if (announcements.length > 0 && this.#memory.isOwner()) this.#memory.save(announcements)
  }

  /** What delivers elsewhere applies an acknowledgement too. */
  #acknowledge(alertId: string | null): void {
    const alert = this.#monitor.view().active.find(({ id }) => id === alertId)
    this.#monitor.acknowledge(alertId)
    if (alertId === null || alert !== undefined) this.#deps.acknowledgeElsewhere?.(alert ?? null)
  }

  async #roleChanged(): Promise<void> {
    await this.#memory.changeRole()
    if (!this.#isClosed) this.#beginDelivery()
  }

  #beginDelivery(): void {
    this.#announce()
    this.#redelivery.resendLastSoon()
    this.#dispatcher.wake()
  }

  #whyNoChannel(name: string): string {
    const isUnusable = this.#deps.unusable?.().includes(name) === true
    return isUnusable ? `the channel ${name} can't be used now` : `the channel ${name} was removed`
  }

  #attempted(attempt: Attempt, notice: Notice): void {
    if (attempt.state === 'delivered') {
      this.#problem(() => this.#problems.delivered(notice))
      this.#redelivery.channelWorks(attempt.channel)
    } else if (attempt.state === 'failed') this.#redelivery.refused(notice)
    this.#counts = countAttempt(this.#counts, attempt)
    this.#deps.onAttempt(attempt, notice)
  }

  #openHeartbeat(target: HeartbeatTarget | null): Heartbeat | null {
    if (target === null) return null
    const { clock, notifier } = this.#deps
    return new Heartbeat({
      ...target,
      clock,
      notifier,
      // Of several hosts one pings, also while a relay delivers: the account is watched.
      isHealthy: () => this.#memory.isOwner() && this.isHealthy(),
      onResult: why => this.#heartbeatResult(why),
    })
  }

  #replaceHeartbeat(target: HeartbeatTarget | null): void {
    this.#heartbeat?.close()
    this.#heartbeatResult(null)
    this.#heartbeatTarget = target
    this.#heartbeat = this.#openHeartbeat(target)
    this.#heartbeat?.start()
  }

  #heartbeatResult(why: string | null): void {
    const message = `the heartbeat failed: ${why}`
    const remedy = 'Check the URL of the heartbeat, and the service behind it'
    this.#problem(() =>
      this.#problems.set('heartbeat', why === null ? null : { level: 'warn', message, remedy }),
    )
  }

  #storageProblem(error: AxisorError | null): void {
    const message = `alerts can't be stored and are delivered from memory: ${error?.message}`
    const problem = {
      level: 'critical',
      message,
      remedy: 'Check the space and the permissions there',
    } as const
    this.#problem(() => this.#problems.set('storage', error === null ? null : problem))
  }

  #problem(change: () => void): void {
    change()
    this.#monitor.setHostFindings(this.#problems.list())
  }
}

function isSameTarget(a: HeartbeatTarget | null, b: HeartbeatTarget | null): boolean {
  return a?.everyMs === b?.everyMs && a?.url.reveal() === b?.url.reveal()
}
