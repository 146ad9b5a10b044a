import { type AlertHost, openLocalAlertHost } from '../../alerts/host/alert-host.ts'
import { DEFAULT_RULES } from '../../domain/alerts/rule.ts'
import type { Store } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'

export type AlertsContext = Pick<CommandContext, 'clock' | 'localOffsetMinutes'>

/** Opens the host of the alerts of a command's account. */
export async function openAlerts(
  _settings: SourceSettings,
  { clock, localOffsetMinutes }: AlertsContext,
  store: Store,
): Promise<AlertHost> {
  return openLocalAlertHost({ store, clock, rules: DEFAULT_RULES, localOffsetMinutes })
}
