import type { Channel } from '../../src/domain/alerts/channel.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { NoticeMessage, Notifier, SendResult } from '../../src/ports/notifier.ts'

/** How a service treats one request. `hang`: never settles. */
export type Behavior = 'hang' | 'bug' | SendResult | { readonly tookMs: number; readonly result: SendResult }

/** One request to a service. */
interface Sent {
  readonly channel: string
  readonly noticeId: string
  readonly text: string
  readonly at: number
}

/** Services that behave as a test writes; without a script they take everything at once. */
export interface ScriptedNotifier extends Notifier {
  /** Every request, in order. */
  readonly sent: readonly Sent[]
  /** Requests that a service has taken, in the order of their ends. */
  readonly taken: readonly Sent[]
  /** Appends behaviors for the next requests to a channel; once they are used up it takes everything. */
  script(channel: string, ...behaviors: readonly Behavior[]): void
  /** Sets the behavior of all requests to a channel that have no script; null: it takes them. */
  always(channel: string, behavior: Behavior | null): void
}

export const DELIVERED: SendResult = { kind: 'delivered' }

export const refused = (why = 'HTTP 401 invalid token'): SendResult => ({ kind: 'failed', why })

export const busy = (afterMs: number | null = null, why = 'HTTP 429'): SendResult => ({
  kind: 'retry',
  why,
  afterMs,
})

/** The channels of these names. */
export function channelsOf(...names: readonly string[]): readonly Channel[] {
  return names.map(name => ({ name, settings: { type: 'ntfy' }, secret: null }))
}

/** Opens services on a clock. */
export function openScriptedNotifier(clock: Clock): ScriptedNotifier {
  const sent: Sent[] = []
  const taken: Sent[] = []
  const scripts = new Map<string, Behavior[]>()
  const defaults = new Map<string, Behavior>()

  async function settle(behavior: Behavior): Promise<SendResult> {
    if (behavior === 'bug') throw new TypeError('a bug of this channel')
    if (behavior === 'hang') return new Promise(() => {})
    if ('kind' in behavior) return behavior
    await new Promise<void>(resolve => clock.after(behavior.tookMs, resolve))
    return behavior.result
  }

  return {
    sent,
    taken,
    script(channel, ...behaviors) {
      scripts.set(channel, [...(scripts.get(channel) ?? []), ...behaviors])
    },
    always(channel, behavior) {
      if (behavior === null) defaults.delete(channel)
      else defaults.set(channel, behavior)
    },
    async send(channel: Channel, message: NoticeMessage) {
      const request = { channel: channel.name, noticeId: message.id, text: message.text, at: clock.nowMs() }
      sent.push(request)
      const next = scripts.get(channel.name)?.shift() ?? defaults.get(channel.name) ?? DELIVERED
      const result = await settle(next)
      if (result.kind === 'delivered') taken.push(request)
      return result
    },
    ping: async () => DELIVERED,
    async close() {},
  }
}
