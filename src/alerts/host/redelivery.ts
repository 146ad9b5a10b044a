import { isUrgent, type Notice } from '../../domain/alerts/alert.ts'
import type { DeliverySummary } from '../../domain/alerts/delivery.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { QueuedNotice, UntakenNotice } from '../../ports/outbox.ts'
import { queueNotices, wallNotice } from '../delivery/queue-notices.ts'
import type { FiringAlert } from '../engine-state.ts'
import type { AlertMonitor } from './alert-monitor.ts'
import type { DeliveringHostDeps } from './delivering-host-deps.ts'
import { type HostProblems, undeliveredKey } from './host-problems.ts'
import { isDueAgain, isEndOfFiring, isLastNotice, isWantedAgain, noticeAgain } from './resent-notice.ts'
import { type UndeliveredAlert, undeliveredAlerts } from './undelivered-alerts.ts'

/** An evaluation, which makes the notices of what fires, comes sooner. */
const AFTER_FIRING_MS = 1_500

/** What a redelivery needs of its host. */
export interface RedeliveryDeps extends Pick<DeliveringHostDeps, 'clock' | 'channels' | 'unusable'> {
  readonly monitor: AlertMonitor
  readonly problems: HostProblems
  /** To be called after each change of the problems. */
  readonly onProblems: () => void
  readonly delivers: () => boolean
  /** True if a delivery of a notice of this alert has not ended. */
  readonly hasPending: (alertId: string) => boolean
  /** Reads the notices that no channel has taken and that may still be worth an attempt; null if the outbox can't be read. */
  readonly untaken: () => Promise<readonly UntakenNotice[] | null>
  readonly save: (notices: readonly QueuedNotice[]) => void
}

/** Sends again what no channel has taken: alerts as long as they fire, and single events and ends until their deadline. */
export class Redelivery {
  readonly #deps: RedeliveryDeps
  /** A last notice of an alert was refused since such notices were sent again, or was not sent again then. */
  #hasRefused = false
  #resent: Promise<void> = Promise.resolve()
  #cancelSoon: Cancel = () => {}

  constructor(deps: RedeliveryDeps) {
    this.#deps = deps
  }

  /**
   * Returns new notices with their channels. A notice of which no channel can be used is queued for those that can't: it is recorded as
   * failed, so that it is found once they can.
   */
  queued(notices: readonly Notice[]): readonly QueuedNotice[] {
    const { unusable, clock } = this.#deps
    const [usable, lacking] = [this.#names(), unusable?.() ?? []]
    return notices.flatMap(notice => {
      const queued = queueNotices([notice], usable, clock)
      return queued.length > 0 ? queued : queueNotices([notice], lacking, clock)
    })
  }

  /** No channel has taken an urgent notice. */
  undelivered(notice: Pick<Notice, 'alert' | 'event'>): void {
    const { problems, monitor, onProblems } = this.#deps
    problems.undelivered(notice)
    // The alert may have ended or been acknowledged meanwhile.
    problems.keepOnly(monitor.view().active)
    onProblems()
  }

  /** What the host before could not deliver is still undelivered, and is sent again: its channels may work now. */
  takenOver(deliveries: readonly DeliverySummary[], untaken: readonly UntakenNotice[]): void {
    const { problems, monitor, onProblems } = this.#deps
    const state = monitor.state()
    const found = undeliveredAlerts(state, deliveries)
    const isReported = (alertId: string): boolean => state.firing.has(`delivery ${undeliveredKey(alertId)}`)
    const isProblem = ({ alert, isExhausted }: UndeliveredAlert): boolean =>
      isExhausted || isReported(alert.id)
    for (const { alert } of found.filter(isProblem)) problems.undelivered({ alert, event: 'firing' })
    for (const { notice } of untaken)
      if (notice.event === 'event' && isUrgent(notice.alert.level) && isReported(notice.alert.id))
        problems.undelivered(notice)
    onProblems()
    const exhausted = found.filter(({ isExhausted }) => isExhausted)
    monitor.resend(new Set(exhausted.map(({ alert }) => alert.id)))
  }

  /** A channel has refused a notice. */
  refused(notice: Notice): void {
    if (isLastNotice(notice)) this.#hasRefused = true
  }

  /** A channel works: what it and all others did not take before is sent again. */
  channelWorks(channel: string): void {
    const { problems, monitor, hasPending } = this.#deps
    if (this.#hasRefused) this.resendLast()
    const ids = problems.takeUndelivered().filter(id => !hasPending(id))
    if (ids.length === 0) return
    const { firing } = monitor.state()
    const isFor = ({ channels }: FiringAlert): boolean => channels === null || channels.includes(channel)
    const chosen = [...firing.values()].filter(each => ids.includes(each.alert.id) && isFor(each))
    monitor.resend(new Set(chosen.map(({ alert }) => alert.id)))
  }

  /** Sends single events and ends of alerts again that every channel refused. Only the outbox remembers them: they do not fire. */
  resendLast(): void {
    this.#resent = this.#resent.then(() => this.#resendLast())
  }

  /** The same, after what fires: a reader learns of a liquidation before the end of an older alert of the position. */
  resendLastSoon(): void {
    this.#cancelSoon()
    this.#cancelSoon = this.#deps.clock.after(AFTER_FIRING_MS, () => this.resendLast())
  }

  /** Resolves when the outbox is no longer read. */
  close(): Promise<void> {
    this.#cancelSoon()
    return this.#resent
  }

  async #resendLast(): Promise<void> {
    const { delivers, untaken, clock, save } = this.#deps
    if (!delivers() || this.#names().length === 0) return
    this.#hasRefused = false
    const found = await untaken()
    if (!delivers()) return
    const now = wallNow(clock)
    const wanted = found?.filter(each => isWantedAgain(each, now))
    const due =
      wanted?.filter(each => isDueAgain(each, now)).flatMap(({ notice }) => this.#again(notice)) ?? []
    // What is not due, muted or not known is left for the next delivery.
    if (due.length !== wanted?.length) this.#hasRefused = true
    if (due.length > 0) save(due)
  }

  /** The channels are those of its rule now. A muted rule sends nothing. */
  #again(notice: Notice): readonly QueuedNotice[] {
    const { monitor } = this.#deps
    const rule = monitor.sendingRule(notice.alert)
    if (rule === null || isEndOfFiring(notice, monitor.state().firing.values())) return []
    const { channels } = rule
    const names = this.#names().filter(name => channels === null || channels.includes(name))
    return names.length === 0 ? [] : [wallNotice(noticeAgain(notice, channels), names)]
  }

  #names(): readonly string[] {
    return this.#deps.channels().map(({ name }) => name)
  }
}
