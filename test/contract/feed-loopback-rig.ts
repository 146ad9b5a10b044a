import type { Policy } from '../../src/feed/policy.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Sockets } from '../../src/ports/net.ts'
import type { FeedRig } from './feed-rig.ts'

/** Everything that a test would have to wait for, shortened; the rate limits stay what they are. */
export const HASTY: Partial<Policy> = {
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
}

/** Waiting in real time. `streamUrl` is the exchange's. */
export function inRealTime(
  clock: Clock,
  sockets: Sockets,
  streamUrl: string,
): Pick<FeedRig, 'time' | 'until' | 'meanwhile'> {
  return {
    time: 'real',
    async until(watch, isSo) {
      // What is waited for may also be seen at the exchange, which tells nobody: its ticks wake this loop then.
      while (!isSo()) {
        const tick = Promise.withResolvers<void>()
        const cancel = clock.after(20, tick.resolve)
        await Promise.race([watch.more, tick.promise])
        cancel()
      }
    },
    // A witness hears the market move for a while: by then any answer that was under way has come.
    meanwhile: () =>
      new Promise(resolve => {
        let heard = 0
        const topics = ['futures/inverse/btc_usd/lastPrice']
        const witness = sockets.open(streamUrl, {
          opened: () =>
            witness.send(
              JSON.stringify({ id: '1', method: 'subscribe', jsonrpc: '2.0', params: { topics } }),
            ),
          text: () => {
            heard += 1
            if (heard < 12) return
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
