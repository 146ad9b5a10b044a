import { expect } from 'vitest'
import type { Policy } from '../../src/feed/policy.ts'
import { openClock } from '../../src/node/clock.ts'
import { openHttp } from '../../src/node/http.ts'
import { openSimulatorServer } from '../../src/node/simulator-door.ts'
import { openSockets } from '../../src/node/sockets.ts'
import { describeFeedLaws } from './feed-laws.ts'
import { type FeedRig, openRigExchange, rigOf } from './feed-rig.ts'
import type { Watch } from './feed-watch.ts'

/** Everything that a test would have to wait for, shortened; the rate limits stay what they are. */
const HASTY: Partial<Policy> = {
  dialMs: 2_000,
  preparingMs: 4_000,
  silenceMs: 300,
  pongMs: 200,
  retryBaseMs: 50,
  retryCeilingMs: 300,
  retryFloorMs: 10,
  httpGraceMs: 100,
  httpEveryMs: 1_000,
  requestMs: 5_000,
  rereadJoinMs: 30,
}

async function openLoopbackRig(): Promise<FeedRig> {
  const clock = openClock()
  const rigged = openRigExchange(clock, 50)
  const server = await openSimulatorServer(rigged.exchange, { port: 0, clock })
  const http = openHttp()
  const door = { http, sockets: openSockets(), apiUrl: server.apiUrl, streamUrl: server.streamUrl }
  const rig = rigOf(rigged, clock, door, HASTY)

  async function until(watch: Watch, isSo: () => boolean): Promise<void> {
    // What is waited for may also be seen at the exchange, which tells nobody: its ticks wake this loop then.
    while (!isSo()) {
      const tick = Promise.withResolvers<void>()
      const cancel = clock.after(20, tick.resolve)
      await Promise.race([watch.more, tick.promise])
      cancel()
    }
  }

  return {
    ...rig,
    until,
    // A witness hears the market move for a while: by then any answer that was under way has come.
    meanwhile: () =>
      new Promise(resolve => {
        let heard = 0
        const topics = ['futures/inverse/btc_usd/lastPrice']
        const witness = door.sockets.open(door.streamUrl, {
          opened: () =>
            witness.send(
              JSON.stringify({ id: '1', method: 'subscribe', jsonrpc: '2.0', params: { topics } }),
            ),
          text: () => {
            heard += 1
            if (heard < 12) return
            witness.abandon()
            resolve()
          },
          pong: () => {},
          failed: () => {},
          closed: () => {},
        })
      }),
    close: async () => {
      http.close()
      await server.close()
      expect(rigged.tooOften(), 'times that the exchange said 429').toBe(0)
    },
  }
}

describeFeedLaws('straight from the exchange, over real sockets', openLoopbackRig, true)
