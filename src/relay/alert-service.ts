import type { Level } from '../domain/alerts/alert.ts'
import type { RelayDelivery } from '../domain/status.ts'
import type { AlertTarget } from '../wire/relay/messages.ts'
import type { HeldAccount } from './accounts/held-account.ts'

/** The alerts that this relay delivers, in numbers. */
export interface AlertLoad {
  /** Accounts whose alerts this relay delivers. */
  readonly accounts: number
  /** Those whose rules were not evaluated on fresh data for 2 minutes. */
  readonly blind: number
  /** Alerts that fire and are not acknowledged. */
  readonly firing: Readonly<Partial<Record<Level, number>>>
  /** Attempts to deliver since the start, by outcome. */
  readonly attempts: Readonly<Record<string, number>>
}

/** Delivers the alerts of accounts, also while no client is connected. */
export interface AlertService {
  /** Returns what is delivered for a user, by this relay or by another one of the cluster; null for nothing. */
  deliveryOf(userId: string): RelayDelivery | null
  /** Applies the settings of all users. @throws AxisorError as the store */
  reload(): Promise<void>
  /** Acknowledges an alert of a user, or all if it is null. False if nothing is delivered for the user. @throws AxisorError as the outbox */
  acknowledge(userId: string, alert: AlertTarget | null, by: string): Promise<boolean>
  load(): AlertLoad
  /** Stops all deliveries. What is not delivered stays in the database. */
  close(): Promise<void>
}

/** The accounts of a relay, for its alerts. */
export interface AlertAccess {
  /** As `RoomRegistry.hold`. */
  hold(userId: string, userName: string, closed: () => void): Promise<HeldAccount>
  /** Reports to the clients of a user what is delivered now. */
  deliveryChanged(userId: string): void
}

/** Opens the service. It does nothing before the first `reload`. */
export type OpenAlertService = (access: AlertAccess) => AlertService
