import type { Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'

/** A relay that was lost for longer may be down, so that it delivers nothing. A shorter loss is a reconnect. */
const GRACE_MS = 10_000

/**
 * Returns a function with the name of the relay that a host watches, while that relay delivers the alerts; null while it does not. A relay of an earlier version
 * does not report it.
 */
export function relayDelivery(
  relayUrl: string,
  store: Pick<Store, 'state' | 'subscribe'>,
  clock: Pick<Clock, 'nowMs'>,
): () => string | null {
  const name = `the relay ${new URL(relayUrl).host}`
  let isLive = false
  let lostAt = Number.NEGATIVE_INFINITY
  store.subscribe(event => {
    if (event.type !== 'status') return
    const wasLive = isLive
    isLive = event.status.link === 'live'
    if (wasLive && !isLive) lostAt = clock.nowMs()
  })
  return () => {
    const { status } = store.state()
    if (status === null || status.alerts === null) return null
    return isLive || clock.nowMs() - lostAt <= GRACE_MS ? name : null
  }
}
