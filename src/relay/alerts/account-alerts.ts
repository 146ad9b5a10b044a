import type { AlertsView } from '../../alerts/host/alert-host.ts'
import { DeliveringHost } from '../../alerts/host/delivering-host.ts'
import type { Notice } from '../../domain/alerts/alert.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import type { RelayAlertSettings } from '../../domain/alerts/relay-settings.ts'
import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import { noticeMessage } from '../../output/notice.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { Processes } from '../../ports/processes.ts'
import type { Store } from '../../store/store.ts'
import type { HeldAccount } from '../accounts/held-account.ts'
import type { RelayLog } from '../context.ts'
import { changeNotices } from './change-notices.ts'
import { refusedStore } from './refused-account.ts'
import { relayRules } from './relay-rules.ts'

/** How soon an account that could not be watched is tried again. A refused key is not sent to the exchange that often. */
const RETRY_MS = 5_000

/** How soon an account whose key was replaced is watched again. */
const REOPEN_MS = 500

/** What the alerts of an account need. */
export interface AccountAlertsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly log: RelayLog
  /** Shared by all accounts. */
  readonly notifier: Notifier
  /** Names this relay for users. */
  readonly label: string
  readonly processes: Processes
  readonly hold: (userId: string, userName: string, closed: () => void) => Promise<HeldAccount>
  readonly outboxOf: (userId: string) => Outbox
  readonly onAttempt: (attempt: Attempt) => void
  /** Called when `isFailing` has changed. */
  readonly changed: () => void
}

/** An account and one revision of its settings. */
export interface AlertAccount {
  readonly userId: string
  readonly userName: string
  readonly revision: number
  readonly settings: RelayAlertSettings
}

/** The state of the alerts of an account that this relay owns. */
export interface WatchedAlerts extends AlertsView {
  /** When the rules were last evaluated on fresh data, our clock. */
  readonly seenAt: number
}

/** Watches one account and delivers its alerts, while this relay owns the account. Survives refused and replaced keys. */
export class AccountAlerts {
  readonly account: AlertAccount
  /** Our clock. */
  readonly openedAt: number
  readonly #deps: AccountAlertsDeps
  #held: HeldAccount | null = null
  /** That of the account, also after it was closed. */
  #store: Store | null = null
  #host: DeliveringHost | null = null
  /** The store that the host watches. */
  #watched: Store | null = null
  #cancelOwnership: Cancel = () => {}
  #cancelRetry: Cancel = () => {}
  #work: Promise<void>
  #isFailing = false
  #isClosed = false

  /** Begins to deliver after `before`, when another revision of the settings of the account has ended. */
  constructor(deps: AccountAlertsDeps, account: AlertAccount, before: Promise<void>) {
    this.#deps = deps
    this.account = account
    this.openedAt = deps.clock.nowMs()
    this.#work = before
    void this.#watch()
  }

  /** True while the alerts cannot be delivered at all. */
  get isFailing(): boolean {
    return this.#isFailing
  }

  /** True while another relay of the cluster delivers. */
  get isElsewhere(): boolean {
    return !this.#isOwner()
  }

  /** Returns the state of the alerts; null while this relay does not deliver them. */
  view(): WatchedAlerts | null {
    const host = this.#host
    return host === null || !this.#isOwner() ? null : { ...host.view(), seenAt: host.seenAt() }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRetry()
    this.#cancelOwnership()
    this.#update()
    await this.#work
    this.#held?.release()
  }

  async #watch(): Promise<void> {
    const { hold, log, clock } = this.#deps
    const { userId, userName } = this.account
    try {
      const held = await hold(userId, userName, () => this.#lost())
      if (this.#isClosed) return held.release()
      this.#held = held
      this.#store = held.store
      this.#cancelOwnership = held.ownership?.onChange(() => this.#update()) ?? (() => {})
      this.#fails(false)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      if (this.#isClosed) return
      if (this.#store === null) {
        log.warn('alerts rest on no data', { user: userId, code: error.code })
        // A failure that ends soon needs no alert.
        if (!error.retryable) this.#store = refusedStore(error, clock.nowMs())
      }
      this.#fails(this.#store === null)
      this.#retryIn(RETRY_MS)
    }
    this.#update()
  }

  #fails(isFailing: boolean): void {
    if (isFailing === this.#isFailing) return
    this.#isFailing = isFailing
    this.#deps.changed()
  }

  /** The host goes on with the last data, so that it reports what happened to the link. */
  #lost(): void {
    this.#held = null
    this.#cancelOwnership()
    if (this.#isClosed) return
    this.#retryIn(REOPEN_MS)
    this.#update()
  }

  #retryIn(ms: number): void {
    this.#cancelRetry()
    this.#cancelRetry = this.#deps.clock.after(ms, () => void this.#watch())
  }

  #isOwner(): boolean {
    return this.#held?.ownership?.isOwner() ?? true
  }

  #update(): void {
    this.#work = this.#work.then(() => this.#apply())
  }

  /** Opens, replaces or closes the host. */
  async #apply(): Promise<void> {
    const wanted = this.#isClosed || !this.#isOwner() ? null : this.#store
    if (wanted === this.#watched) return
    await this.#host?.close()
    this.#host = null
    this.#watched = wanted
    if (wanted === null) return
    const host = this.#hostOf(wanted)
    this.#host = host
    try {
      await host.start()
      this.#fails(false)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#deps.log.warn('alerts not started', { user: this.account.userId, code: error.code })
      await host.close()
      this.#host = null
      this.#watched = null
      this.#fails(true)
      if (!this.#isClosed) this.#cancelRetry = this.#deps.clock.after(RETRY_MS, () => this.#update())
    }
  }

  #hostOf(store: Store): DeliveringHost {
    const { clock, random, notifier, label, processes, outboxOf, onAttempt } = this.#deps
    const { settings, userId, userName } = this.account
    const { channels, retired, heartbeat } = settings
    const { rules, heartbeatMs, problems } = relayRules(settings)
    return new DeliveringHost({
      ...{ store, clock, random, rules, label, processes, retired, problems },
      outbox: outboxOf(userId),
      notifier: { ...notifier, close: async () => {} },
      channels: () => channels,
      messageOf: (notice: Notice, isUnannounced: boolean) =>
        noticeMessage(notice, userName, clock.toWall, { at: wallNow(clock), isUnannounced }),
      heartbeat: heartbeatMs === null || heartbeat === null ? null : { url: heartbeat, everyMs: heartbeatMs },
      deliversElsewhere: () => this.#otherDeliverer(store),
      onAttempt,
      announcements: changeNotices(settings, wallNow(clock)),
      // A relay has no local time of its users.
      localOffsetMinutes: () => 0,
    })
  }

  #otherDeliverer(store: Store): string | null {
    if (!this.#isOwner()) return 'another relay of the cluster'
    const { status } = store.state()
    return status?.alerts != null && status.link === 'live' ? 'the relay behind this one' : null
  }
}
