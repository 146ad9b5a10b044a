import type { Level, NoticeEvent } from '../domain/alerts/alert.ts'
import type { Channel } from '../domain/alerts/channel.ts'
import type { ProxyRules } from '../domain/proxy.ts'
import type { Secret } from '../domain/secret.ts'

/** A notice as channels send it. All texts are sanitized and start with SIMULATED for simulated data. */
export interface NoticeMessage {
  /** Id of the notice, for receivers that drop repeats. */
  readonly id: string
  /** Id of the alert; the same for all its notices. */
  readonly alertId: string
  readonly event: NoticeEvent
  readonly level: Level
  /** One line, at most 120 characters. */
  readonly title: string
  /** Sentences, one per line. */
  readonly text: string
  /** The complete notice as a JSON document, for webhooks and commands. */
  readonly document: string
  /** When the notice was made, ms since 1970, wall clock. */
  readonly at: number
}

/**
 * Result of one attempt. `retry`: a passing failure; `afterMs` is what the service requests, or null. `failed`: this notice can't be
 * delivered, such as a rejected token. `why` is one line in the service's own words, sanitized, at most 200 characters, without secrets.
 */
export type SendResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly why: string; readonly afterMs: number | null }
  | { readonly kind: 'failed'; readonly why: string }

/** Sends notices. The exchange's own port stays limited to GET requests. Requests to the exchange's hosts are refused. */
export interface Notifier {
  /** Makes one attempt. Settles within `timeoutMs`; never rejects except for a bug. */
  send(channel: Channel, message: NoticeMessage, timeoutMs: number): Promise<SendResult>
  /** Requests the heartbeat URL (GET). Settles within `timeoutMs`. */
  ping(url: Secret, timeoutMs: number): Promise<SendResult>
  /** Closes all connections and kills running commands; attempts in flight settle as `retry`. */
  close(): Promise<void>
}

export interface NotifierOptions {
  /** False: requests to loopback, private, link-local and reserved addresses are refused at connect. Redirects are never followed. */
  readonly allowPrivateAddresses: boolean
  /** False on a relay: `desktop` and `command` are refused. */
  readonly allowLocalChannels: boolean
  /** Host names that are always refused: those of the exchange and of its simulators. */
  readonly refusedHosts: readonly string[]
  /** Used by all channels that connect. Without `allowPrivateAddresses` what would use a proxy is refused: its look-ups are not ours to check. */
  readonly proxies: ProxyRules
}
