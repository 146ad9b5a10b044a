import type { RelayFrame } from '../clients/peer.ts'
import type { PeerDelivery } from '../clients/peer-delivery.ts'
import type { RoomContext } from '../context.ts'

/**
 * Gives one frame to many, a slice at a time: between two slices everybody else has a turn, so that a broadcast to thousands does not
 * hold up those who ask for something. `done` hears how long it took.
 */
export function broadcast(
  { world, limits, stats: counts }: RoomContext,
  members: readonly PeerDelivery[],
  frame: RelayFrame,
  to: { give(member: PeerDelivery, now: number): void; done(tookMs: number): void },
): void {
  const startedAt = world.clock.nowMs()
  let next = 0
  const slice = () => {
    const now = world.clock.nowMs()
    const end = Math.min(members.length, next + limits.sliceSockets)
    for (; next < end; next += 1) {
      const member = members[next]
      if (member !== undefined) to.give(member, now)
    }
    if (next < members.length) {
      world.yieldToEventLoop(slice)
      return
    }
    const tookMs = world.clock.nowMs() - startedAt
    counts.fanouts += 1
    counts.fanoutMs += tookMs
    counts.bytes += frame.bytes().length * members.length
    to.done(tookMs)
  }
  slice()
}
