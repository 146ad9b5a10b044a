import * as z from 'zod/mini'
import type { ChannelSettings } from '../../domain/alerts/channel.ts'
import { CHANNEL_NAME, isChannelName } from '../../domain/alerts/channel-fields.ts'
import { Secret } from '../../domain/secret.ts'
import { decodeChannelSettings } from '../alerts/channels-file.ts'
import { type Decoded, decoded, invalid } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'

/** The body of `PUT /v1/alerts/channels/NAME`. */
export interface ChannelRequest {
  readonly settings: ChannelSettings
  /** The lines of the secret; null if the type has none. */
  readonly secret: Secret | null
}

/** More than the longest secret of a channel. */
const MAX_SECRET = 5_000

const channelSchema = lazy(() =>
  z.object({
    settings: z.record(z.string(), z.unknown()),
    secret: z._default(z.nullable(z.string().check(z.maxLength(MAX_SECRET))), null),
  }),
)

const testSchema = lazy(() => z.nullish(z.object({ channel: z._default(z.nullable(z.string()), null) })))

/** Decodes the parsed body of a request for a channel. The fault contains no secret. */
export function decodeChannelRequest(body: unknown): Decoded<ChannelRequest> {
  const checked = validate(channelSchema(), body, 'body')
  if (!checked.ok) return checked
  const { settings: json, secret } = checked.value
  const settings = decodeChannelSettings(JSON.stringify(json))
  if (!settings.ok) return invalid('settings', settings.mistakes.join('; '))
  return decoded({ settings: settings.value, secret: secret === null ? null : new Secret(secret) })
}

/** Decodes the parsed body of `POST /v1/alerts/test`: the name of the channel, or null for all. */
export function decodeTestRequest(body: unknown): Decoded<string | null> {
  const checked = validate(testSchema(), body, 'body')
  return checked.ok ? decoded(checked.value?.channel ?? null) : checked
}

/** Returns why a text is not the name of a channel, or null. */
export function channelNameFault(name: string): string | null {
  return isChannelName(name) ? null : `the name of the channel is not ${CHANNEL_NAME}`
}
