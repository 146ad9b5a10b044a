import type { ChannelSettings } from '../../src/domain/alerts/channel.ts'
import type { NoticeMessage, SendResult } from '../../src/ports/notifier.ts'
import { openHttpService, type ReceivedRequest, type ServiceReply } from './http-service.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from './notifier-rig.ts'

export interface ServiceAttempt {
  readonly settings: ChannelSettings
  /** Returns the secret of the channel for the origin of the service. */
  readonly secret: (origin: string) => string
  readonly reply: (request: ReceivedRequest) => ServiceReply
  /** Fields that differ from `MESSAGE`. */
  readonly message?: Partial<NoticeMessage>
}

/** Sends one message through a channel to a local service; returns the result and the requests that the service received. */
export async function attemptWith({ settings, secret, reply, message }: ServiceAttempt): Promise<{
  readonly result: SendResult
  readonly requests: readonly ReceivedRequest[]
  readonly host: string
}> {
  const service = await openHttpService(reply)
  const { origin, requests } = service
  const notifier = openTestNotifier({}, { baseUrls: { telegram: origin, pushover: origin } })
  try {
    const channel = channelOf(settings, secret(origin))
    const result = await notifier.send(channel, { ...MESSAGE, ...message }, LONG_MS)
    return { result, requests, host: new URL(origin).host }
  } finally {
    await notifier.close()
    await service.close()
  }
}
