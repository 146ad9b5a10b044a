import { readStoredAlerts } from '../../alerts/host/stored-alerts.ts'
import { LEVELS, type Level } from '../../domain/alerts/alert.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import { hasRelayAlerts, type RelayAlertSettings } from '../../domain/alerts/relay-settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { RelayDelivery } from '../../domain/status.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { RelayStore, SealedAlertSettings } from '../../ports/relay-store.ts'
import type { AlertTarget } from '../../wire/relay/messages.ts'
import type { AlertAccess, AlertLoad, AlertService } from '../alert-service.ts'
import { AccountAlerts, type AccountAlertsDeps } from './account-alerts.ts'
import { DeliveryLog } from './delivery-log.ts'
import type { SettingsBook } from './settings-book.ts'

/** An account without an evaluation on fresh data for longer than this is blind. */
const BLIND_MS = 120_000

/** What the alerts of a relay need. */
export interface AlertManagerDeps
  extends Pick<AccountAlertsDeps, 'clock' | 'random' | 'log' | 'label' | 'processes'> {
  readonly store: RelayStore
  readonly book: SettingsBook
  /** Closed with the manager. */
  readonly notifier: Notifier
  /** Called for settings before they are used: their secrets must appear in no message. */
  readonly redact: (settings: RelayAlertSettings) => void
}

/** The alerts of all users of a relay. */
export class AlertManager implements AlertService {
  readonly #deps: AlertManagerDeps
  readonly #access: AlertAccess
  readonly #accounts = new Map<string, AccountAlerts>()
  readonly #attempts = { delivered: 0, failed: 0, retried: 0 }
  /** Revisions of settings that could not be opened, by user. */
  readonly #unreadable = new Map<string, number>()
  readonly #closing = new Map<string, Promise<void>>()
  readonly #deliveryLog: DeliveryLog
  #isClosed = false

  constructor(deps: AlertManagerDeps, access: AlertAccess) {
    this.#deps = deps
    this.#deliveryLog = new DeliveryLog(deps.clock, deps.log)
    this.#access = access
  }

  deliveryOf(userId: string): RelayDelivery | null {
    const account = this.#accounts.get(userId)
    const channels = account?.account.settings.channels.length ?? 0
    return channels === 0 || account?.isFailing !== false ? null : { channels }
  }

  async reload(): Promise<void> {
    const { store } = this.#deps
    const [all, users] = await Promise.all([store.allAlertSettings(), store.users()])
    const wanted = new Map(all.map(sealed => [sealed.userId, sealed]))
    for (const userId of [...this.#accounts.keys()]) if (!wanted.has(userId)) this.#replace(userId, null)
    for (const sealed of all) {
      const name = users.find(({ id }) => id === sealed.userId)?.name
      if (name !== undefined) await this.#apply(sealed, name)
    }
  }

  async acknowledge(userId: string, target: AlertTarget | null, by: string): Promise<boolean> {
    if (this.deliveryOf(userId) === null) return false
    const outbox = this.#deps.store.outbox(userId)
    if (target === null) await outbox.request({ kind: 'acknowledge', alertId: null, by })
    else
      for (const alertId of await this.#idsOf(outbox, target))
        await outbox.request({ kind: 'acknowledge', alertId, by })
    return true
  }

  load(): AlertLoad {
    const now = this.#deps.clock.nowMs()
    const firing = Object.fromEntries(LEVELS.map(level => [level, 0])) as Record<Level, number>
    let accounts = 0
    let blind = 0
    for (const account of this.#accounts.values()) {
      if (account.isElsewhere) continue
      const view = account.view()
      accounts += 1
      if (now - (view?.seenAt ?? account.openedAt) > BLIND_MS) blind += 1
      for (const { level, state } of view?.active ?? []) if (state === 'firing') firing[level] += 1
    }
    return { accounts, blind, firing, attempts: this.#attempts }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const userId of [...this.#accounts.keys()]) this.#replace(userId, null)
    await Promise.all(this.#closing.values())
    await this.#deps.notifier.close()
  }

  async #apply(sealed: SealedAlertSettings, userName: string): Promise<void> {
    const { userId, revision } = sealed
    if (this.#accounts.get(userId)?.account.revision === revision) return
    const { book, log, redact, store } = this.#deps
    let settings: RelayAlertSettings
    try {
      settings = await book.open(sealed)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      // The settings before it stay in force.
      if (this.#unreadable.get(userId) !== revision)
        log.warn('alert settings not opened', { user: userId, why: error.message })
      this.#unreadable.set(userId, revision)
      return
    }
    this.#unreadable.delete(userId)
    if (this.#isClosed) return
    redact(settings)
    const account = { userId, userName, revision, settings }
    const outboxOf = (id: string): Outbox => store.outbox(id)
    this.#replace(userId, hasRelayAlerts(settings) ? () => this.#open(account, outboxOf) : null)
  }

  #open(account: AccountAlerts['account'], outboxOf: AccountAlertsDeps['outboxOf']): AccountAlerts {
    const deps = {
      ...this.#deps,
      outboxOf,
      hold: this.#access.hold,
      onAttempt: (attempt: Attempt) => this.#attempted(account.userId, attempt),
      changed: () => this.#access.deliveryChanged(account.userId),
    }
    this.#deps.log.info('alerts watched', {
      user: account.userId,
      revision: account.revision,
      channels: account.settings.channels.length,
    })
    return new AccountAlerts(deps, account, this.#closing.get(account.userId) ?? Promise.resolve())
  }

  /** Closes the alerts of a user, and opens others in their place. */
  #replace(userId: string, open: (() => AccountAlerts) | null): void {
    const before = this.#accounts.get(userId)
    if (before !== undefined) {
      this.#accounts.delete(userId)
      const closed = Promise.all([this.#closing.get(userId), before.close()]).then(() => {
        if (this.#closing.get(userId) === closed) this.#closing.delete(userId)
      })
      this.#closing.set(userId, closed)
    }
    if (open !== null) this.#accounts.set(userId, open())
    if (before !== undefined || open !== null) this.#access.deliveryChanged(userId)
  }

  async #idsOf(outbox: Outbox, { kind, subject, positionId }: AlertTarget): Promise<readonly string[]> {
    const { active } = await readStoredAlerts(outbox, this.#deps.clock)
    return active
      .filter(alert => alert.kind === kind && alert.positionId === positionId)
      .filter(alert => positionId !== null || alert.subject === subject)
      .map(({ id }) => id)
  }

  #attempted(userId: string, attempt: Attempt): void {
    const { state } = attempt
    this.#deliveryLog.attempted(userId, attempt)
    if (state === 'delivered') this.#attempts.delivered += 1
    else if (state === 'pending') this.#attempts.retried += 1
    else this.#attempts.failed += 1
  }
}
