import { isPrivateHost } from '../private-host.ts'
import type { Secret } from '../secret.ts'
import type { Channel, ChannelConfig } from './channel.ts'
import { LOCAL_CHANNEL_TYPES } from './channel.ts'

/** A change of the alert settings of a relay's user, which the channels before it are notified of. Times are wall clock. */
export interface SettingsChange {
  /** Revision of the settings after the change. */
  readonly revision: number
  readonly at: number
  /** What changed and through what: `channel phone was removed by token 0f3a9c51`. */
  readonly message: string
  /** Names of the channels before the change; of a channel that it removed or replaced, the name under which it is retired. */
  readonly channels: readonly string[]
}

/** A channel that was removed or replaced. It is kept until it was notified of that, or until it expires (wall clock). */
export interface RetiredChannel extends Channel {
  readonly expiresAt: number
}

/** The alert settings of a relay's user. */
export interface RelayAlertSettings {
  /** Text of a section of `alerts.json`; null for the default rules. */
  readonly rules: string | null
  readonly channels: readonly Channel[]
  /** URL of the heartbeat, or null. */
  readonly heartbeat: Secret | null
  /** Of the last day, oldest first. */
  readonly changes: readonly SettingsChange[]
  readonly retired: readonly RetiredChannel[]
}

/** The settings of a user who has none. */
export const NO_RELAY_ALERTS: RelayAlertSettings = {
  rules: null,
  channels: [],
  heartbeat: null,
  changes: [],
  retired: [],
}

/** True if a relay watches the account for its alerts. */
export function hasRelayAlerts({ rules, channels, heartbeat, changes }: RelayAlertSettings): boolean {
  return rules !== null || channels.length > 0 || heartbeat !== null || changes.length > 0
}

/**
 * Returns why a relay cannot have a channel: it is of a type that writes to the machine of a user, or its address is private. Null if it can. Names that
 * resolve to private addresses are refused when the relay connects.
 */
export function relayChannelFault(
  { settings, secret }: Pick<Channel, 'settings' | 'secret'>,
  allowPrivate: boolean,
): string | null {
  const fault = localTypeFault(settings.type)
  if (fault !== null || allowPrivate) return fault
  const addresses = (secret?.reveal() ?? '').split('\n')
  if (addresses.some(isPrivateUrl) || hostsOf(settings).some(isPrivateHost)) return PRIVATE_ADDRESS
  return null
}

/** Returns why a relay cannot have channels of a type that writes to the machine of a user; null for other texts. */
export function localTypeFault(type: string): string | null {
  return LOCAL_CHANNEL_TYPES.some(each => each === type)
    ? `${type} is for a user's own machine: a relay runs no program and has no desktop or terminal`
    : null
}

/** Returns why a relay cannot request a heartbeat, or null. */
export function relayHeartbeatFault(url: Secret, allowPrivate: boolean): string | null {
  return !allowPrivate && isPrivateUrl(url.reveal()) ? PRIVATE_ADDRESS : null
}

/** What lets a relay send to private addresses, as named in messages. */
export const PRIVATE_CHANNELS_SETTING =
  'axisor relay serve has --allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1'

const PRIVATE_ADDRESS = `a relay reaches private addresses only if ${PRIVATE_CHANNELS_SETTING}; a command that sets one needs the same`

function isPrivateUrl(text: string): boolean {
  return URL.canParse(text) && isPrivateHost(new URL(text).hostname)
}

function hostsOf(settings: ChannelConfig['settings']): readonly string[] {
  if (settings.type === 'smtp') return [hostname(settings.host)]
  return settings.type === 'nostr' ? settings.relays.map(relay => new URL(relay).hostname) : []
}

/** Writes a host as `URL.hostname` does. */
function hostname(host: string): string {
  const text = `http://${host.includes(':') ? `[${host}]` : host}`
  return URL.canParse(text) ? new URL(text).hostname : host
}
