import type { Net } from '../../src/ports/world.ts'
import { UPSTREAM_POLICY } from '../../src/relay/upstreams/upstreams.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { directOpener } from '../contract/feed-rig.ts'
import { openRelayHop } from '../contract/relay-hop.ts'
import { type FakeWorldOptions, openFakeWorld } from './fake-world.ts'

export const NO_KEY = {
  AXISOR_API_KEY: undefined,
  AXISOR_API_SECRET: undefined,
  AXISOR_API_PASSPHRASE: undefined,
}
export const RELAY = ['--relay', 'wss://relay.test'] as const

export type Env = Readonly<Record<string, string | undefined>>

/** A relay that was there before the parameter `user`. */
function withoutQuery(net: Net): Net {
  const path = (target: string) => target.split('?')[0] ?? ''
  return {
    http: {
      close: () => net.http.close(),
      async get(origin, target, ...rest) {
        const { headers, ...reply } = await net.http.get(origin, path(target), ...rest)
        const { 'axisor-user': _user, ...earlier } = headers
        return { ...reply, headers: earlier }
      },
    },
    sockets: { open: (url, ...rest) => net.sockets.open(path(url), ...rest) },
  }
}

/** A relay that delivers the alerts of each account to one channel of its user. */
function delivering(net: Net): Net {
  const text = (data: string) =>
    data.replaceAll('"exchangeClockOffsetMs":', '"alerts":{"channels":1},"exchangeClockOffsetMs":')
  return {
    ...net,
    sockets: {
      open: (url, listener, handshake) =>
        net.sockets.open(
          url,
          {
            opened: () => listener.opened(),
            text: data => listener.text(text(data)),
            pong: () => listener.pong(),
            failed: error => listener.failed(error),
            closed: (code, reason) => listener.closed(code, reason),
          },
          handshake,
        ),
    },
  }
}

/** A world that can only reach a relay with the users 1 and 2, whose token is that of user 1, 2, or of user 3 with `read-all`. */
export function openUsers({
  token = 3,
  env = {},
  isOld = false,
  delivers = false,
  files = {},
  terminal = false,
}: {
  delivers?: boolean
  files?: FakeWorldOptions['files']
  terminal?: number | false
  token?: 1 | 2 | 3
  env?: Env
  isOld?: boolean
} = {}) {
  const dialed: string[] = []
  const world = openFakeWorld({
    net: net => transport ?? net,
    terminal,
    files: files ?? {},
    env: { ...NO_KEY, AXISOR_RELAY_TOKEN: `axr_${`user-${token}`.padEnd(43, '0')}`, ...env },
  })
  const exchange = openMemoryTransport(world.exchange, world.clock)
  const hop = openRelayHop(world.clock, directOpener(world.exchange, exchange, {}))
  hop.issue({ policy: UPSTREAM_POLICY })
  hop.issue({ policy: UPSTREAM_POLICY })
  hop.issue({ policy: UPSTREAM_POLICY }, ['read-all'])
  const counted: Net = {
    ...hop.transport,
    sockets: {
      open(url, ...rest) {
        dialed.push(url)
        return hop.transport.sockets.open(url, ...rest)
      },
    },
  }
  const transport = isOld ? withoutQuery(counted) : delivers ? delivering(counted) : counted
  return { world, hop, dialed }
}
