import type { ChannelConfig } from './channel.ts'
import { type AlertRule, DEFAULT_RULES } from './rule.ts'

/** Name of the file of rules in the config folder, and in the mistakes of its content. */
export const ALERTS_FILE = 'alerts.json'

/** Name of the file of channels in the config folder, and in the mistakes of its content. */
export const CHANNELS_FILE = 'channels.json'

/** The effective rules of a profile, and how often its heartbeat is sent; null: never. */
export interface AlertSettings {
  readonly rules: readonly AlertRule[]
  readonly heartbeatMs: number | null
}

/** The settings of a user who configured none. */
export const DEFAULT_ALERT_SETTINGS: AlertSettings = { rules: DEFAULT_RULES, heartbeatMs: 60_000 }

/** The channels of one profile. */
export interface ProfileChannels {
  readonly channels: readonly ChannelConfig[]
  /** True if a heartbeat URL is stored in the profile's secret store. */
  readonly hasHeartbeat: boolean
}

/** The channels of a profile that has none. */
export const NO_CHANNELS: ProfileChannels = { channels: [], hasHeartbeat: false }
