import type { RelayAlertSettings } from '../../../domain/alerts/relay-settings.ts'
import type { RelayUser } from '../../../ports/relay-store.ts'
import type { SettingsBook } from '../../../relay/alerts/settings-book.ts'
import type { CommandContext } from '../../command-context.ts'
import type { MasterKeyContext } from '../master-key-place.ts'
import { requireUser, type StoreContext, withStore } from '../store.ts'
import { redactSettings, settingsBookOf } from './alert-service.ts'
import type { UserOptions } from './options.ts'

export type UserAlertsContext = StoreContext & MasterKeyContext & Pick<CommandContext, 'clock' | 'terminal'>

/** A user of a relay, and the alert settings of all. */
export interface UserAlerts {
  readonly user: RelayUser
  readonly book: SettingsBook
}

/** A prompt for a secret that belongs to no profile. */
export const NO_VAULT = { passphraseFd: null }

/** How the records of a change name its author. */
export const BY_OPERATOR = 'by the operator of the relay'

/** Opens the database for the alert settings of a user. @throws AxisorError as `withStore`; usage, for an unknown user */
export function withUserAlerts<T>(
  options: UserOptions,
  context: UserAlertsContext,
  work: (found: UserAlerts) => Promise<T>,
): Promise<T> {
  return withStore(options, context, async opened => {
    const user = await requireUser(opened.store, options.userName)
    return work({ user, book: settingsBookOf(opened, context) })
  })
}

/** Reads the settings of a user, whose secrets are redacted from now on. @throws AxisorError no-credentials */
export async function readSettings(
  { user, book }: UserAlerts,
  context: UserAlertsContext,
): Promise<RelayAlertSettings> {
  const settings = await book.read(user.id)
  redactSettings(settings, context)
  return settings
}
