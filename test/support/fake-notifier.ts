import type { Channel } from '../../src/domain/alerts/channel.ts'
import type { NoticeMessage, Notifier, NotifierOptions, SendResult } from '../../src/ports/notifier.ts'

/** A notifier that records messages and sends nothing. */
export interface FakeNotifier extends Notifier {
  /** The options of each `openNotifier`. */
  readonly opened: readonly NotifierOptions[]
  readonly sent: readonly { readonly channel: Channel; readonly message: NoticeMessage }[]
  /** The URLs of the heartbeats. */
  readonly pings: readonly string[]
  /** Result of each further message. Default: delivered. */
  onSend: (channel: Channel, message: NoticeMessage) => SendResult | Promise<SendResult>
  /** Result of each further heartbeat. Default: delivered. */
  onPing: () => SendResult | Promise<SendResult>
  open(options: NotifierOptions): Promise<Notifier>
}

export function openFakeNotifier(): FakeNotifier {
  const opened: NotifierOptions[] = []
  const sent: FakeNotifier['sent'][number][] = []
  const pings: string[] = []
  const fake: FakeNotifier = {
    opened,
    sent,
    pings,
    onSend: () => ({ kind: 'delivered' }),
    onPing: () => ({ kind: 'delivered' }),
    async open(options) {
      opened.push(options)
      return fake
    },
    async send(channel, message) {
      sent.push({ channel, message })
      return fake.onSend(channel, message)
    },
    async ping(url) {
      pings.push(url.reveal())
      return fake.onPing()
    },
    async close() {},
  }
  return fake
}
