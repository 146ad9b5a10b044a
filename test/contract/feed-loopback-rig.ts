import type { Policy } from '../../src/feed/policy.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Sockets } from '../../src/ports/net.ts'
import type { FeedRig } from './feed-rig.ts'

/** Short timeouts and intervals for tests in real time. Rate limits are unchanged. */
export const FAST_POLICY: Partial<Policy> = {
  dialMs: 2_000,
  handshakeMs: 4_000,
  silenceMs: 300,
  pongMs: 200,
  retryBaseMs: 50,
  retryCeilingMs: 300,
  retryFloorMs: 10,
  httpGraceMs: 100,
  httpEveryMs: 1_000,
  requestMs: 5_000,
  refreshBatchMs: 30,
  refusedPausesMs: [200, 400, 800],
}

/** Waiting in real time. `streamUrl` is the stream of the exchange. */
export function realTime(
  clock: Clock,
  sockets: Sockets,
  streamUrl: string,
): Pick<FeedRig, 'time' | 'until' | 'drain'> {
  return {
    time: 'real',
    async until(watch, isSo) {
      // The condition may also be about the exchange, which emits no event: check at each tick.
      while (!isSo()) {
        const tick = Promise.withResolvers<void>()
        const cancel = clock.after(20, tick.resolve)
        await Promise.race([watch.nextEvent, tick.promise])
        cancel()
      }
    },
    // Another client receives 12 prices: by then all replies in flight have arrived.
    drain: () =>
      new Promise(resolve => {
        let received = 0
        const topics = ['futures/inverse/btc_usd/lastPrice']
        const witness = sockets.open(streamUrl, {
          opened: () =>
            witness.send(
              JSON.stringify({ id: '1', method: 'subscribe', jsonrpc: '2.0', params: { topics } }),
            ),
          text: () => {
            received += 1
            if (received < 12) return
            witness.terminate()
            resolve()
          },
          pong: () => {},
          failed: () => {},
          closed: () => {},
        })
      }),
  }
}
