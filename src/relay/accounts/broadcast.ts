import type { RelayFrame } from '../clients/peer.ts'
import type { PeerDelivery } from '../clients/peer-delivery.ts'
import type { RoomContext } from '../context.ts'

/**
 * Sends one frame to many subscribers in slices. Other work runs between two slices, so that a broadcast to thousands
 * does not delay requests. `done` receives the duration in ms.
 */
export function broadcast(
  { deps, limits, stats }: RoomContext,
  subscribers: readonly PeerDelivery[],
  frame: RelayFrame,
  handlers: { send(subscriber: PeerDelivery, now: number): void; done(tookMs: number): void },
): void {
  const startedAt = deps.clock.nowMs()
  let next = 0
  const slice = () => {
    const now = deps.clock.nowMs()
    const end = Math.min(subscribers.length, next + limits.sliceSize)
    for (; next < end; next += 1) {
      const subscriber = subscribers[next]
      if (subscriber !== undefined) handlers.send(subscriber, now)
    }
    if (next < subscribers.length) {
      deps.yieldToEventLoop(slice)
      return
    }
    const tookMs = deps.clock.nowMs() - startedAt
    stats.fanouts += 1
    stats.fanoutMs += tookMs
    stats.bytes += frame.bytes().length * subscribers.length
    handlers.done(tookMs)
  }
  slice()
}
