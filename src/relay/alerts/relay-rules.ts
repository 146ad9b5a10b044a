import type { RelayAlertSettings } from '../../domain/alerts/relay-settings.ts'
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/settings.ts'
import { decodeRelaySection } from '../../wire/alerts/alerts-file.ts'

/** The effective rules of a relay's user, and why they are not those of the settings, one line each. */
export interface RelayRules extends AlertSettings {
  readonly problems: readonly string[]
}

/** Returns the effective rules of settings. Rules that only a later version can read are replaced by the default ones. */
export function relayRules({ rules }: Pick<RelayAlertSettings, 'rules'>): RelayRules {
  const decoded = decodeRelaySection(rules, null)
  if (decoded.ok) return { ...decoded.value, problems: [] }
  return {
    ...DEFAULT_ALERT_SETTINGS,
    problems: ['the rules of alerts are unreadable, so that the default rules apply'],
  }
}
