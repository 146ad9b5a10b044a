import type { Channel } from '../../domain/alerts/channel.ts'
import { channelSecretFault, hasSecret, secretUrlFault } from '../../domain/alerts/channel-secret.ts'
import {
  type RelayAlertSettings,
  type RetiredChannel,
  relayChannelFault,
  relayHeartbeatFault,
} from '../../domain/alerts/relay-settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import { decodeRelaySection } from '../../wire/alerts/alerts-file.ts'

/** How long a channel that was removed or replaced is kept for the notice about it, and how long a change is remembered. */
const KEEP_MS = 24 * 3_600_000

/** Changes that are remembered at most. Further ones are refused, so that a flood of them hides none. */
const MAX_CHANGES = 50

/** The most channels of one user. */
const MAX_CHANNELS = 20

/** A change of the alert settings of a user. */
export type SettingsEdit =
  /** `text`: null for the default rules. */
  | { readonly kind: 'rules'; readonly text: string | null }
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'remove-channel'; readonly name: string }
  | { readonly kind: 'heartbeat'; readonly url: Secret | null }

/** Who changes settings, when (wall clock), and the revision after the change. */
export interface EditContext {
  readonly revision: number
  readonly at: number
  /** Completes a sentence: `by token 0f3a9c51`. */
  readonly by: string
  readonly allowPrivate: boolean
}

/**
 * Returns the settings after a change, with a record of it for the channels before it.
 * @throws AxisorError usage, for settings that a relay cannot have; rate-limited, after too many changes
 */
export function editSettings(
  before: RelayAlertSettings,
  edit: SettingsEdit,
  context: EditContext,
): RelayAlertSettings {
  const { revision, at, by } = context
  const changes = before.changes.filter(change => change.at > at - KEEP_MS)
  if (changes.length >= MAX_CHANGES)
    throw new AxisorError('rate-limited', 'the alert settings were changed too often today', {
      retryAfterMs: 3_600_000,
    })
  requirePossible(edit, context)
  const edited = apply(before, edit)
  requireValidRules(edited)
  const gone = before.channels.filter(channel => !edited.channels.includes(channel))
  const retired = gone.map(
    (channel): RetiredChannel => ({
      ...channel,
      name: retiredName(channel.name, revision),
      expiresAt: at + KEEP_MS,
    }),
  )
  const channels = before.channels.map(channel =>
    gone.includes(channel) ? retiredName(channel.name, revision) : channel.name,
  )
  return {
    ...edited,
    changes: [...changes, { revision, at, message: `${textOf(before, edit)} ${by}`, channels }],
    retired: [...before.retired.filter(({ expiresAt }) => expiresAt > at), ...retired],
  }
}

/** No channel that a user adds can have this name. */
function retiredName(name: string, revision: number): string {
  return `${name}@${revision}`
}

function apply(before: RelayAlertSettings, edit: SettingsEdit): RelayAlertSettings {
  switch (edit.kind) {
    case 'rules':
      return { ...before, rules: edit.text }
    case 'heartbeat':
      return { ...before, heartbeat: edit.url }
    case 'channel': {
      const { channel } = edit
      const others = before.channels.filter(({ name }) => name !== channel.name)
      if (others.length >= MAX_CHANNELS)
        throw new AxisorError('usage', `a user of a relay has at most ${MAX_CHANNELS} channels`)
      return { ...before, channels: [...others, channel] }
    }
    case 'remove-channel': {
      const channels = before.channels.filter(({ name }) => name !== edit.name)
      if (channels.length === before.channels.length)
        throw new AxisorError('usage', 'there is no channel of this name')
      return { ...before, channels }
    }
  }
}

function requirePossible(edit: SettingsEdit, { allowPrivate }: EditContext): void {
  if (edit.kind === 'channel') requireChannel(edit.channel, allowPrivate)
  if (edit.kind !== 'heartbeat' || edit.url === null) return
  const fault = secretUrlFault(edit.url.reveal())
  if (fault !== null) throw new AxisorError('usage', `the heartbeat URL ${fault}`)
  const reason = relayHeartbeatFault(edit.url, allowPrivate)
  if (reason !== null) throw new AxisorError('usage', reason)
}

/** @throws AxisorError usage, for a type or an address of a channel that a relay refuses */
export function requireAllowed(channel: Channel, allowPrivate: boolean): void {
  const reason = relayChannelFault(channel, allowPrivate)
  if (reason !== null) throw new AxisorError('usage', reason)
}

function requireChannel(channel: Channel, allowPrivate: boolean): void {
  const { settings, secret } = channel
  requireAllowed(channel, allowPrivate)
  if (!hasSecret(settings)) return
  const fault = secret === null ? 'the secret is missing' : channelSecretFault(settings.type, secret.reveal())
  if (fault !== null) throw new AxisorError('usage', fault)
}

function requireValidRules({ rules, channels }: RelayAlertSettings): void {
  const decoded = decodeRelaySection(
    rules,
    channels.map(({ name }) => name),
  )
  if (decoded.ok) return
  const { mistakes: lines } = decoded
  const count = lines.length === 1 ? '1 mistake' : `${lines.length} mistakes`
  throw new AxisorError('usage', `${count} in the rules`, { lines, hint: 'Nothing was stored.' })
}

/** Says what a change does. It names no secret. */
function textOf(before: RelayAlertSettings, edit: SettingsEdit): string {
  switch (edit.kind) {
    case 'rules':
      return edit.text === null ? 'the default rules were restored' : 'the rules of alerts were changed'
    case 'heartbeat':
      return edit.url === null ? 'the heartbeat was removed' : 'the heartbeat was set'
    case 'remove-channel':
      return `channel ${edit.name} was removed`
    case 'channel': {
      const { name, settings } = edit.channel
      const isNew = !before.channels.some(each => each.name === name)
      return `channel ${name} (${settings.type}) was ${isNew ? 'added' : 'replaced'}`
    }
  }
}
