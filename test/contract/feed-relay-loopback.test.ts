import { expect } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import { openClock } from '../../src/node/clock.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import { openRandom } from '../../src/node/random.ts'
import { openSimulatorServer } from '../../src/node/simulator/http-server.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SocketListener, Sockets } from '../../src/ports/net.ts'
import { RelayFrame } from '../../src/relay/clients/peer.ts'
import { openRelayServer } from '../../src/relay/http/server.ts'
import { DEFAULT_LIMITS } from '../../src/relay/limits.ts'
import { encodeRelayMessage } from '../../src/wire/relay/encode.ts'
import { T0 } from '../support/samples.ts'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { describeFeedLaws } from './feed-laws.ts'
import { FAST_POLICY, realTime } from './feed-loopback-rig.ts'
import { directOpener, type FeedRig, keysOf, type OpenFeed, openRigExchange } from './feed-rig.ts'
import { forClient, openRelayCore, SILENT } from './relay-core.ts'

const GARBAGE = new RelayFrame(['{"type":"data_up', '\u0000', '{"type":"data_update","kind":"delta"}', '[]'])

/** A real relay on a local port, behind a proxy that can drop connections. */
async function openRealHop(clock: Clock, source: OpenFeed) {
  const core = openRelayCore(clock, source, then => void setImmediate(then))
  const server = await openRelayServer(core.world, {
    relay: core.start(),
    store: core.store,
    limits: DEFAULT_LIMITS,
    log: SILENT,
    version: '1.2.3',
    host: '127.0.0.1',
    port: 0,
    tls: null,
    allowedOrigins: [],
    publicHosts: [],
    trustProxy: false,
    unreadyMs: 0,
  })
  const proxy = await openTcpProxy(() => server.port)
  const http = openHttp('axisor/test')
  const dialed: SocketListener[] = []
  const real = openSockets('axisor/test')
  const sockets: Sockets = {
    open(url, listener, handshake) {
      dialed.push(listener)
      return real.open(url, listener, handshake)
    },
  }
  const open: OpenFeed = (how, clientClock) =>
    openRelayFeed(
      { clock: clientClock, random: openRandom(), http, sockets },
      {
        url: `http://127.0.0.1:${proxy.port}`,
        token: new Secret(core.tokenFor(how)),
        policy: { ...FAST_POLICY, ...forClient(how.policy) },
      },
    )
  return {
    proxy,
    dialed,
    open,
    async close() {
      http.close()
      await proxy.close()
      await server.stop()
    },
  }
}

async function openRealRig(relays: 1 | 2): Promise<FeedRig> {
  const clock = openClock()
  const rigExchange = openRigExchange(clock, 50)
  const exchange = await openSimulatorServer(rigExchange.exchange, { port: 0, clock })
  const http = openHttp('axisor/test')
  const { apiUrl, streamUrl } = exchange
  const transport = { http, sockets: openSockets('axisor/test'), apiUrl, streamUrl }
  const last = await openRealHop(clock, directOpener(rigExchange.exchange, transport, FAST_POLICY))
  const first = relays === 1 ? last : await openRealHop(clock, last.open)
  return {
    kind: 'relay',
    requests: rigExchange.requests,
    dialed: first.dialed,
    dataFrame: encodeRelayMessage({
      type: 'delta',
      sentAt: T0,
      epoch: 'e',
      seq: 1,
      refresh: null,
      changes: [],
    }),
    ...keysOf(rigExchange.exchange),
    open: (how = {}) => first.open(how, clock),
    knob: command => applyToRelay(first.proxy, command) ?? rigExchange.knob(command),
    ...realTime(clock, transport.sockets, streamUrl),
    close: async () => {
      await first.close()
      if (last !== first) await last.close()
      http.close()
      await exchange.close()
      expect(rigExchange.rateLimitedCount(), 'number of 429 replies').toBe(0)
    },
  }
}

/** Applies a command to the connection to the relay, or returns null if it is for the exchange. Tests revert it with `ms: 0`. */
function applyToRelay(
  proxy: TcpProxy,
  command: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  const isOn = Number(command.ms ?? 0) > 0
  if (command.do === 'drop') proxy.cut()
  else if (command.do === 'mute') proxy.mute(isOn)
  else if (command.do === 'down') proxy.down(isOn)
  else if (command.do === 'garbage') proxy.inject(GARBAGE.bytes())
  else return null
  return {}
}

describeFeedLaws('from a relay, over real sockets', () => openRealRig(1), true)
describeFeedLaws('from two chained relays, over real sockets', () => openRealRig(2), true)
