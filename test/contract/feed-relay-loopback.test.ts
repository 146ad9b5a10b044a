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
import { HASTY, inRealTime } from './feed-loopback-rig.ts'
import { directOpener, type FeedRig, keysOf, type OpenFeed, openRigExchange } from './feed-rig.ts'
import { forClient, openRelayCore, SILENT } from './relay-core.ts'

const GARBAGE = new RelayFrame(['{"type":"data_up', '\u0000', '{"type":"data_update","kind":"delta"}', '[]'])

/** A real relay on a port of this machine, behind a wire that can be cut. */
async function openServedHop(clock: Clock, source: OpenFeed) {
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
    trustProxy: false,
    unreadyMs: 0,
  })
  const proxy = await openTcpProxy(() => server.port)
  const http = openHttp()
  const dialed: SocketListener[] = []
  const real = openSockets()
  const sockets: Sockets = {
    open(url, listener, handshake) {
      dialed.push(listener)
      return real.open(url, listener, handshake)
    },
  }
  const open: OpenFeed = (how, ofClient) =>
    openRelayFeed(
      { clock: ofClient, random: openRandom(), http, sockets },
      {
        url: `http://127.0.0.1:${proxy.port}`,
        token: new Secret(core.tokenFor(how)),
        policy: { ...HASTY, ...forClient(how.policy) },
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

async function openServedRig(relays: 1 | 2): Promise<FeedRig> {
  const clock = openClock()
  const rigged = openRigExchange(clock, 50)
  const exchange = await openSimulatorServer(rigged.exchange, { port: 0, clock })
  const http = openHttp()
  const { apiUrl, streamUrl } = exchange
  const transport = { http, sockets: openSockets(), apiUrl, streamUrl }
  const last = await openServedHop(clock, directOpener(rigged.exchange, transport, HASTY))
  const first = relays === 1 ? last : await openServedHop(clock, last.open)
  return {
    kind: 'relay',
    requests: rigged.requests,
    dialed: first.dialed,
    news: encodeRelayMessage({
      type: 'delta',
      sentAt: T0,
      epoch: 'e',
      seq: 1,
      refresh: null,
      changes: [],
    }),
    ...keysOf(rigged.exchange),
    open: (how = {}) => first.open(how, clock),
    knob: command => work(first.proxy, command) ?? rigged.knob(command),
    ...inRealTime(clock, transport.sockets, streamUrl),
    close: async () => {
      await first.close()
      if (last !== first) await last.close()
      http.close()
      await exchange.close()
      expect(rigged.tooOften(), 'times that the exchange said 429').toBe(0)
    },
  }
}

/** What befalls the connection to the relay; null for what concerns the exchange. The laws take back what they did. */
function work(proxy: TcpProxy, command: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  const isOn = Number(command.ms ?? 0) > 0
  if (command.do === 'drop') proxy.cut()
  else if (command.do === 'mute') proxy.mute(isOn)
  else if (command.do === 'down') proxy.down(isOn)
  else if (command.do === 'garbage') proxy.inject(GARBAGE.bytes())
  else return null
  return {}
}

describeFeedLaws('from a relay, over real sockets', () => openServedRig(1), true)
describeFeedLaws('from a relay behind a relay, over real sockets', () => openServedRig(2), true)
