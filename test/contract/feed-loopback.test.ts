import { expect } from 'vitest'
import { openClock } from '../../src/node/clock.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import { openSimulatorServer } from '../../src/node/simulator/http-server.ts'
import { describeFeedLaws } from './feed-laws.ts'
import { FAST_POLICY, realTime } from './feed-loopback-rig.ts'
import { type FeedRig, openRigExchange, rigOf } from './feed-rig.ts'

async function openLoopbackRig(): Promise<FeedRig> {
  const clock = openClock()
  const rigExchange = openRigExchange(clock, 50)
  const server = await openSimulatorServer(rigExchange.exchange, { port: 0, clock })
  const http = openHttp('axisor/test')
  const transport = {
    http,
    sockets: openSockets('axisor/test'),
    apiUrl: server.apiUrl,
    streamUrl: server.streamUrl,
  }
  return {
    ...rigOf(rigExchange, clock, transport, FAST_POLICY),
    ...realTime(clock, transport.sockets, transport.streamUrl),
    close: async () => {
      http.close()
      await server.close()
      expect(rigExchange.rateLimitedCount(), 'number of 429 replies').toBe(0)
    },
  }
}

describeFeedLaws('directly from the exchange, over real sockets', openLoopbackRig, true)
