import type { Secret } from '../secret.ts'

/** Types of channels. `bell` and `osc` write to the terminal of the host; the others are delivered through the outbox. */
export const CHANNEL_TYPES = [
  'bell',
  'osc',
  'desktop',
  'webhook',
  'ntfy',
  'telegram',
  'discord',
  'slack',
  'pushover',
  'smtp',
  'nostr',
  'command',
] as const

export type ChannelType = (typeof CHANNEL_TYPES)[number]

/** Types that only exist on a user's own machine, never on a relay. */
export const LOCAL_CHANNEL_TYPES: readonly ChannelType[] = ['bell', 'osc', 'desktop', 'command']

/**
 * The non-secret settings of a channel. The secret of each type, where it has one, is one text:
 * `webhook`: the URL, a line feed and the HMAC key; `ntfy`: the topic's URL, optionally a line feed and an access token;
 * `telegram`: the bot token; `discord`, `slack`: the URL of the incoming webhook; `pushover`: the application token, a line feed and
 * the user key; `smtp`: the password, empty for none; `nostr`: the sender's secret key (64 hexadecimal digits or nsec).
 */
export type ChannelSettings =
  | { readonly type: 'bell' }
  /** `9`: iTerm2, WezTerm, Windows Terminal; `777`: urxvt, foot, Ghostty; `99`: kitty. */
  | { readonly type: 'osc'; readonly variant: 9 | 777 | 99 }
  | { readonly type: 'desktop' }
  | { readonly type: 'webhook' }
  | { readonly type: 'ntfy' }
  | { readonly type: 'telegram'; readonly chatId: string }
  | { readonly type: 'discord' }
  | { readonly type: 'slack' }
  | { readonly type: 'pushover' }
  | {
      readonly type: 'smtp'
      readonly host: string
      readonly port: number
      /** `tls`: from the start; `starttls`: required after the greeting; `none`: only for a loopback host. */
      readonly security: 'tls' | 'starttls' | 'none'
      readonly user: string | null
      readonly from: string
      readonly to: string
    }
  | { readonly type: 'nostr'; readonly relays: readonly string[]; readonly recipient: string }
  /** Program and arguments; started without a shell. The notice is sent as JSON on stdin. */
  | { readonly type: 'command'; readonly argv: readonly string[] }

/** A channel as configured. */
export interface ChannelConfig {
  /** Unique; lower-case letters, digits and dashes, at most 32. */
  readonly name: string
  readonly settings: ChannelSettings
}

/** A channel with its secret; null if the type has none. */
export interface Channel extends ChannelConfig {
  readonly secret: Secret | null
}

/** True for types whose channels need a secret. */
export function needsSecret(type: ChannelType): boolean {
  return !LOCAL_CHANNEL_TYPES.includes(type)
}
