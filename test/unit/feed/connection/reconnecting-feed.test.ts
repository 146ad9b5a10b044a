import { describe, expect, it } from 'vitest'
import type { CandleLength } from '../../../../src/domain/candle-range.ts'
import { AxisorError } from '../../../../src/domain/error.ts'
import { NO_REPORTS } from '../../../../src/domain/parts.ts'
import type { AccountSnapshot } from '../../../../src/domain/snapshot.ts'
import type { FeedProtocol, HttpSnapshot, SessionHost } from '../../../../src/feed/connection/protocol.ts'
import { ReconnectingFeed } from '../../../../src/feed/connection/reconnecting-feed.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { DEFAULT_POLICY } from '../../../../src/feed/policy.ts'
import type { SocketListener } from '../../../../src/ports/net.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const snapshot: AccountSnapshot = {
  origin: 'exchange',
  network: 'mainnet',
  startedAt: 0,
  endedAt: 0,
  key: null,
  missing: [],
  parts: NO_REPORTS,
  lastKnown: [],
  ticker: null,
  account: null,
  isolated: null,
  isolatedOrders: null,
  cross: null,
  crossOrders: null,
}

/** A feed on a scripted protocol and scripted sockets. */
function setUp(fetchSnapshot: () => Promise<HttpSnapshot> = () => new Promise(() => {})) {
  const clock = openFakeClock(0)
  const events: FeedEvent[] = []
  const sockets: { listener: SocketListener; pings: number; terminated: boolean }[] = []
  const hosts: SessionHost[] = []
  const followed: string[] = []
  let fetches = 0
  let closed = false
  const protocol: FeedProtocol = {
    kind: 'direct',
    url: 'wss://stream.host/v1',
    openSession: host => {
      hosts.push(host)
      const session = hosts.length
      const followCandles = (range: CandleLength | null): void => void followed.push(`${session} ${range}`)
      return { opened: () => {}, text: () => {}, resync: () => {}, close: () => {}, followCandles }
    },
    fetchSnapshot: () => {
      fetches += 1
      return fetchSnapshot()
    },
    close: () => {
      closed = true
    },
  }
  const open = (_url: string, listener: SocketListener) => {
    const socket = { listener, pings: 0, terminated: false }
    sockets.push(socket)
    return {
      send: () => {},
      ping: () => {
        socket.pings += 1
      },
      terminate: () => {
        socket.terminated = true
      },
    }
  }
  const random = { float: () => 0.999, hex: () => '00' }
  const feed = new ReconnectingFeed({ clock, random, sockets: { open } }, protocol, DEFAULT_POLICY)
  feed.start(event => events.push(event))
  const lastStatus = () => events.findLast(event => event.type === 'status')?.status
  return {
    clock,
    events,
    sockets,
    hosts,
    followed,
    feed,
    lastStatus,
    fetches: () => fetches,
    isClosed: () => closed,
  }
}

const unreachable = new AxisorError('unreachable', 'no')
const refused = new AxisorError('key-refused', 'no')

describe('ReconnectingFeed', () => {
  it('polls HTTP at once after a failed dial and after 3 s during a hanging one', async () => {
    const failing = setUp()
    failing.sockets[0]?.listener.failed(unreachable)
    failing.sockets[0]?.listener.closed(1006)
    await failing.clock.advance(1)
    expect(failing.fetches()).toBe(1)
    const hanging = setUp()
    await hanging.clock.advance(2_999)
    expect(hanging.fetches()).toBe(0)
    await hanging.clock.advance(1)
    expect(hanging.fetches()).toBe(1)
  })

  it('reads the candles of the chart when a connection is live, and again on the next one', async () => {
    const { clock, feed, followed, hosts, sockets, events } = setUp()
    feed.followCandles('4h')
    expect(followed).toEqual([])
    sockets[0]?.listener.opened()
    hosts[0]?.reset(snapshot)
    hosts[0]?.ready()
    feed.followCandles('1d')
    sockets[0]?.listener.closed(1006)
    hosts[0]?.chart({ range: '4h', result: { candles: [] } })
    await clock.advance(3_000)
    sockets[1]?.listener.opened()
    hosts[1]?.ready()
    expect(followed).toEqual(['1 4h', '1 1d', '2 1d'])
    expect(events.some(({ type }) => type === 'chart')).toBe(false)
    hosts[1]?.chart({ range: '1d', result: { error: 'no' } })
    expect(events.at(-1)).toMatchObject({ type: 'chart', range: '1d', result: { error: 'no' } })
  })

  it('reports the HTTP transport before emitting a snapshot read over HTTP', async () => {
    const { clock, events } = setUp(async () => ({ snapshot, info: { clockOffsetMs: 7 } }))
    await clock.advance(3_000)
    const [status, reset] = events.slice(-2)
    expect(status).toMatchObject({
      type: 'status',
      status: { transport: 'http', clockOffsetMs: 7, link: 'dialing' },
    })
    expect(reset).toMatchObject({ type: 'reset', at: 3_000 })
  })

  it('drops a snapshot read over HTTP once the socket is live', async () => {
    const late = Promise.withResolvers<HttpSnapshot>()
    const { clock, events, sockets, hosts } = setUp(() => late.promise)
    await clock.advance(3_000)
    sockets[0]?.listener.opened()
    hosts[0]?.reset(snapshot)
    hosts[0]?.ready()
    late.resolve({ snapshot, info: {} })
    await clock.settle()
    expect(events.filter(event => event.type === 'reset')).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ type: 'status', status: { link: 'live', transport: 'stream' } })
  })

  it('stops for a key rejected over HTTP, but not for other HTTP errors', async () => {
    const other = setUp(() => Promise.reject(unreachable))
    await other.clock.advance(20_000)
    expect(other.lastStatus()?.link).not.toBe('stopped')
    const { clock, sockets, lastStatus, isClosed } = setUp(() => Promise.reject(refused))
    await clock.advance(3_000)
    expect(lastStatus()).toMatchObject({ link: 'stopped', lastError: { code: 'key-refused' } })
    expect(sockets[0]?.terminated).toBe(true)
    expect(isClosed()).toBe(true)
    expect(clock.pendingTimers()).toBe(0)
  })

  it('polls HTTP every 5 s, one request at a time', async () => {
    const { clock, fetches } = setUp(() => Promise.reject(unreachable))
    await clock.advance(3_000 + 4 * 5_000)
    expect(fetches()).toBe(5)
    const resynced = setUp(() => Promise.reject(unreachable))
    await resynced.clock.advance(3_500)
    resynced.feed.resync()
    await resynced.clock.settle()
    expect(resynced.fetches()).toBe(2)
    const hanging = setUp()
    await hanging.clock.advance(120_000)
    expect(hanging.fetches()).toBe(1)
  })

  it('names the close code of the peer', () => {
    const { sockets, lastStatus } = setUp()
    sockets[0]?.listener.opened()
    sockets[0]?.listener.closed(1012)
    expect(lastStatus()).toMatchObject({
      link: 'waiting',
      lastError: { code: 'connection-lost', message: 'stream.host closed the connection (code 1012)' },
    })
  })

  it('terminates the socket before reporting its loss and keeps no timer after stop', async () => {
    const { clock, sockets, feed, events } = setUp()
    sockets[0]?.listener.opened()
    await clock.advance(DEFAULT_POLICY.handshakeMs)
    expect(sockets[0]?.terminated).toBe(true)
    const count = events.length
    feed.stop()
    await clock.advance(0)
    expect(clock.pendingTimers()).toBe(0)
    expect(events).toHaveLength(count)
  })

  it('does not emit a status for a frame', () => {
    const { sockets, hosts, events } = setUp()
    sockets[0]?.listener.opened()
    hosts[0]?.reset(snapshot)
    hosts[0]?.ready()
    const count = events.length
    for (let n = 0; n < 5; n += 1) sockets[0]?.listener.text('{}')
    expect(events).toHaveLength(count)
  })
})
