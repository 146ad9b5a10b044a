import * as z from 'zod/mini'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { RelayAlertSettings, RetiredChannel } from '../../domain/alerts/relay-settings.ts'
import { Secret } from '../../domain/secret.ts'
import { channelSettingsJson, decodeChannelSettings } from '../alerts/channels-file.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { lazy, parseJson, validate } from '../validate.ts'
import { timeField } from './fields.ts'

const WHERE = 'alert settings'

/** Incremented only if older versions of axisor cannot decode the new format. */
const VERSION = 1

const channelFields = { name: z.string(), settings: z.unknown(), secret: z.nullable(z.string()) }

const schema = lazy(() =>
  z.object({
    v: z.literal(VERSION),
    rules: z.nullable(z.string()),
    channels: z.array(z.object(channelFields)),
    heartbeat: z.nullable(z.string()),
    changes: z.array(
      z.object({
        revision: z.int(),
        at: timeField,
        message: z.string(),
        channels: z.array(z.string()),
      }),
    ),
    retired: z.array(z.object({ ...channelFields, expiresAt: timeField })),
  }),
)

/** Encodes the alert settings of a user with their secrets. The store must encrypt the text. */
export function encodeRelayAlertSettings(settings: RelayAlertSettings): string {
  const { rules, channels, heartbeat, changes, retired } = settings
  return JSON.stringify({
    v: VERSION,
    rules,
    channels: channels.map(channelJson),
    heartbeat: heartbeat?.reveal() ?? null,
    changes,
    retired: retired.map(channel => ({ ...channelJson(channel), expiresAt: channel.expiresAt })),
  })
}

function channelJson({ name, settings, secret }: Channel) {
  return { name, settings: channelSettingsJson(settings), secret: secret?.reveal() ?? null }
}

/** Decodes alert settings. The fault names the field and never contains a value. */
export function decodeRelayAlertSettings(text: string): Decoded<RelayAlertSettings> {
  const parsed = parseJson(text, WHERE)
  const checked = parsed.ok ? validate(schema(), parsed.value, WHERE) : parsed
  if (!checked.ok) return checked
  const { rules, heartbeat, changes } = checked.value
  const channels = checked.value.channels.map(channelOf)
  const retired = checked.value.retired.map(each => {
    const channel = channelOf(each)
    return channel === null ? null : { ...channel, expiresAt: each.expiresAt }
  })
  if (channels.includes(null) || retired.includes(null)) return invalid(WHERE, 'a channel is invalid')
  return {
    ok: true,
    value: {
      rules,
      channels: channels.filter((channel): channel is Channel => channel !== null),
      heartbeat: heartbeat === null ? null : new Secret(heartbeat),
      changes,
      retired: retired.filter((channel): channel is RetiredChannel => channel !== null),
    },
  }
}

interface StoredChannel {
  readonly name: string
  readonly settings: unknown
  readonly secret: string | null
}

/** Returns null if the settings are those of a later version, for example of a type that this one does not know. */
function channelOf({ name, settings, secret }: StoredChannel): Channel | null {
  const decoded = decodeChannelSettings(JSON.stringify(settings))
  if (!decoded.ok) return null
  return { name, settings: decoded.value, secret: secret === null ? null : new Secret(secret) }
}
