import type { AlertHost } from '../alerts/host/alert-host.ts'
import type { AccountHistory } from '../ports/account-history.ts'
import type { Store } from '../store/store.ts'
import type { AccountActions } from './actions.ts'

/** One account of a dashboard. */
export interface DashboardAccount {
  /** Its name on the screen: a profile, `env` or `demo`. */
  readonly profile: string
  /** Where its data comes from. Two simulated accounts of one name are the same only at one address. */
  readonly address: string
  readonly store: Store
  readonly alerts: AlertHost
  /** Null if no history is read, as of an account that could not be opened. */
  readonly history: AccountHistory | null
  readonly actions: AccountActions
}

/** At least one account, in the order of the tabs. */
export type DashboardAccounts = readonly [DashboardAccount, ...DashboardAccount[]]
