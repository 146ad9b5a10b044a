import { Secret } from '../../src/domain/secret.ts'
import type { Change } from '../../src/domain/snapshot.ts'
import type { Hop } from '../../src/domain/status.ts'
import { usd } from '../../src/domain/units.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import type { Policy } from '../../src/feed/policy.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import type { HttpReply, SocketListener } from '../../src/ports/net.ts'
import { openStore } from '../../src/store/store.ts'
import { decodeClientMessage } from '../../src/wire/relay/decode.ts'
import { encodeRelayMessage } from '../../src/wire/relay/encode.ts'
import type { RelayMessage } from '../../src/wire/relay/messages.ts'
import { openFakeClock } from './fake-clock.ts'
import { sampleSnapshot } from './samples.ts'

/** A relay's live link to the exchange. */
export function madeHop(over: Partial<Hop> = {}): Hop {
  return {
    kind: 'direct',
    link: 'live',
    transport: 'stream',
    since: 0,
    attempt: 0,
    retryAt: null,
    lastError: null,
    rttMs: 20,
    limitedUntil: null,
    upstream: null,
    ...over,
  }
}

interface Dialed {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly listener: SocketListener
  /** The messages of the client. */
  readonly received: string[]
  terminated: boolean
}

/** A relay feed whose relay sends only what the test scripts. Its clock is ahead of the client's by `aheadMs`. */
export function openScriptedRelay(
  options: {
    readonly aheadMs?: number
    readonly url?: string
    readonly policy?: Partial<Policy>
    readonly http?: (headers: Readonly<Record<string, string>>) => Promise<HttpReply>
  } = {},
) {
  const { aheadMs = 0, url = 'wss://relay.test', http = () => new Promise<never>(() => {}) } = options
  const clock = openFakeClock()
  const dialed: Dialed[] = []
  const requests: { readonly url: string; readonly headers: Readonly<Record<string, string>> }[] = []
  const events: FeedEvent[] = []
  const store = openStore()
  const feed = openRelayFeed(
    {
      clock,
      random: { float: () => 0.5, hex: () => '00' },
      sockets: {
        open(to, listener, handshake) {
          const { headers = {} } = handshake ?? {}
          const socket: Dialed = { url: to, headers, listener, received: [], terminated: false }
          dialed.push(socket)
          return {
            send: text => socket.received.push(text),
            ping: () => {},
            terminate: () => {
              socket.terminated = true
            },
          }
        },
      },
      http: {
        get: (origin, target, headers) => {
          requests.push({ url: origin + target, headers })
          return http(headers)
        },
        close: () => {},
      },
    },
    {
      url,
      token: new Secret('axr_scripted'),
      ...(options.policy === undefined ? {} : { policy: options.policy }),
    },
  )
  feed.start(event => {
    events.push(event)
    store.dispatch(event)
  })

  const relayNow = (): number => clock.nowMs() + aheadMs
  const socket = (): Dialed => {
    const last = dialed.at(-1)
    if (last === undefined) throw new Error('no socket was opened')
    return last
  }
  const send = (message: RelayMessage): void => socket().listener.text(encodeRelayMessage(message))
  const pings = (): number[] =>
    socket().received.flatMap(text => {
      const decoded = decodeClientMessage(text)
      return decoded.ok && decoded.value.type === 'ping' ? [decoded.value.t] : []
    })
  const snapshotOf = (
    seq: number,
    over: Partial<Extract<RelayMessage, { type: 'snapshot' }>> = {},
  ): RelayMessage => ({
    type: 'snapshot',
    sentAt: relayNow(),
    epoch: 'first',
    seq,
    snapshot: sampleSnapshot(relayNow()),
    changes: [],
    upstream: { hop: madeHop({ since: relayNow() }), exchangeClockOffsetMs: 0, alerts: null },
    ...over,
  })

  return {
    clock,
    dialed,
    events,
    feed,
    requests,
    store,
    relayNow,
    send,
    snapshotOf,
    socket,
    /** Opens the socket and sends the greeting only. */
    greet(heartbeatMs = 10_000): void {
      socket().listener.opened()
      send({
        type: 'connection',
        sentAt: relayNow(),
        protocol: 'axisor.v1',
        user: 'trader',
        network: 'mainnet',
        origin: 'exchange',
        heartbeatMs,
      })
    },
    /** Answers the last ping as if `agoMs` ago. */
    pong(agoMs = 0): void {
      send({ type: 'pong', sentAt: relayNow() - agoMs, t: pings().at(-1) ?? -1 })
    },
    /** Sends the greeting, answers the ping and sends the first snapshot, number 0. */
    live(over: Partial<Extract<RelayMessage, { type: 'snapshot' }>> = {}): void {
      this.greet()
      this.pong()
      send(snapshotOf(0, over))
    },
    /** Sends a delta with one price. */
    price(
      seq: number,
      lastPriceUsd: number,
      over: Partial<Extract<RelayMessage, { type: 'delta' }>> = {},
    ): void {
      const change: Change = { kind: 'last-price', lastPriceUsd: usd(lastPriceUsd) }
      send({
        type: 'delta',
        sentAt: relayNow(),
        epoch: 'first',
        seq,
        refresh: null,
        changes: [{ at: relayNow(), sourceAt: null, change }],
        ...over,
      })
    },
    /** The number of snapshot requests on the current socket. */
    refreshes: () => socket().received.filter(text => text.includes('refresh_data')).length,
    status: () => store.state().status,
    snapshots: () => events.flatMap(event => (event.type === 'reset' ? [event.snapshot] : [])),
  }
}
