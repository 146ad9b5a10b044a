import { AxisorError } from '../../src/domain/error.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Http, HttpReply, Socket, SocketListener, Sockets } from '../../src/ports/net.ts'
import { ERROR_RESPONSES, errorBody, errorHeaders } from '../../src/relay/http/error-response.ts'
import { ACCESS_ERRORS, requestedUser } from '../../src/relay/http/requested-user.ts'
import type { Relay } from '../../src/relay/relay.ts'
import type { ServedSession } from '../../src/relay/sessions/served-session.ts'
import { encodeRelayMessage } from '../../src/wire/relay/encode.ts'
import { RELAY_USER_HEADER } from '../../src/wire/relay/messages.ts'
import { encodeRelayUsers } from '../../src/wire/relay/users-document.ts'

/** A connection to a relay without a network, with faults. Times are those of the shared clock. */
export interface MemoryRelayEndpoint {
  readonly http: Http
  readonly sockets: Sockets
  /** Ends all connections without a close frame. */
  cut(): void
  /** Refuses connections for this time. */
  down(ms: number): void
  /** Open sockets deliver nothing, not even pongs, for this time; HTTP does. */
  mute(ms: number): void
  /** Delays every further frame of the relay by this time. */
  delay(ms: number): void
  /** Drops the next frames that the relay sends. */
  lose(frames: number): void
  /** Sends unreadable frames to every client. */
  garble(): void
  /** HTTP returns unusable responses for this time. */
  failHttp(ms: number): void
}

function unreachable(): AxisorError {
  return new AxisorError('unreachable', 'no connection to the relay')
}

function bearer(headers: Readonly<Record<string, string>>): string {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
}

interface Connection {
  readonly clock: Clock
  readonly latencyMs: number
  /** Null while the process is down. */
  relay(): Relay | null
  isDown(): boolean
  isMuted(): boolean
  extraMs(): number
  loses(): boolean
}

/** One connection; every delivery takes a turn of the clock. */
class MemorySocket implements Socket {
  readonly #connection: Connection
  readonly #listener: SocketListener
  #session: ServedSession | null = null
  #isClosed = false
  /** Frames keep their order, whatever the delay. */
  #arrivesAt = 0

  constructor(
    connection: Connection,
    listener: SocketListener,
    url: string,
    headers: Readonly<Record<string, string>>,
  ) {
    this.#connection = connection
    this.#listener = listener
    connection.clock.after(connection.latencyMs, () => void this.#connect(url, headers))
  }

  send(text: string): void {
    this.#later(() => this.#session?.receive(text))
  }

  ping(): void {
    this.#later(() => {
      if (!this.#connection.isMuted()) this.#later(() => this.#listener.pong())
    })
  }

  terminate(): void {
    this.#isClosed = true
    this.#session?.closed()
  }

  end(code: number, reason = ''): void {
    this.#later(() => {
      this.#isClosed = true
      this.#session?.closed()
      this.#listener.closed(code, reason)
    })
  }

  deliver(text: string): void {
    const { clock, latencyMs } = this.#connection
    if (this.#connection.isMuted()) return
    this.#arrivesAt = Math.max(this.#arrivesAt, clock.nowMs() + latencyMs + this.#connection.extraMs())
    clock.after(this.#arrivesAt - clock.nowMs(), () => {
      if (!this.#isClosed) this.#listener.text(text)
    })
  }

  #later(act: () => void): void {
    this.#connection.clock.after(this.#connection.latencyMs, () => {
      if (!this.#isClosed) act()
    })
  }

  async #connect(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const relay = this.#connection.relay()
    if (this.#isClosed) return
    if (relay === null || this.#connection.isDown()) {
      this.#refuse(unreachable())
      return
    }
    const grant = await relay.admit(bearer(headers), userIn(url))
    if (this.#isClosed) return
    if (grant === null || typeof grant === 'string') {
      const response = grant === null ? ERROR_RESPONSES.noToken : ACCESS_ERRORS[grant]
      const answered = { 'axisor-time': '0', ...errorHeaders(response) }
      const error = this.#listener.unexpectedResponse?.(response.status, answered) ?? null
      this.#refuse(error ?? new AxisorError('unavailable', `answered ${response.status}`))
      return
    }
    this.#listener.opened()
    this.#session = relay.join(grant, {
      address: '192.0.2.1',
      send: frame => {
        if (this.#connection.loses()) return
        for (const text of frame.texts) this.deliver(text)
      },
      close: (code, reason) => this.end(code, reason),
      bufferedBytes: () => 0,
    })
  }

  #refuse(error: AxisorError): void {
    this.#listener.failed(error)
    this.#isClosed = true
    this.#listener.closed(1006)
  }
}

function userIn(target: string): string | null {
  const user = requestedUser(target)
  if (user !== null && typeof user === 'object') throw new Error(target)
  return user
}

function errorReply(status: number, error: AxisorError, nowMs: number): HttpReply {
  const { code, message, retryable } = error
  return {
    status,
    headers: { 'axisor-time': String(nowMs) },
    body: encodeRelayMessage({ type: 'error', sentAt: nowMs, code, message, retryable }),
  }
}

async function respond(
  relay: Relay,
  target: string,
  headers: Readonly<Record<string, string>>,
  relayNow: () => number,
): Promise<HttpReply> {
  const grant = await relay.admit(bearer(headers), userIn(target))
  if (grant === null) return errorReply(401, new AxisorError('key-refused', 'no token'), relayNow())
  if (typeof grant === 'string') {
    const response = ACCESS_ERRORS[grant]
    const headers = { 'axisor-time': String(relayNow()), ...errorHeaders(response) }
    return { status: response.status, headers, body: errorBody(response, relayNow()) }
  }
  const named = { 'axisor-time': String(relayNow()), [RELAY_USER_HEADER]: grant.account.userName }
  // As a relay before ledgers.
  if (target.startsWith('/v1/history-summary')) return { status: 404, headers: named, body: '' }
  if (target.split('?')[0] === '/v1/users') {
    return { status: 200, headers: named, body: encodeRelayUsers(await relay.readableUsers(grant)) }
  }
  try {
    const found = await relay.snapshot(grant)
    if (found === null) return errorReply(503, new AxisorError('unavailable', 'no snapshot'), relayNow())
    const { body, etag } = found
    const isKnown = headers['if-none-match'] === etag
    const all = { ...named, etag }
    return isKnown ? { status: 304, headers: all, body: '' } : { status: 200, headers: all, body }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return errorReply(503, error, relayNow())
  }
}

/**
 * Opens an endpoint of a relay in the same process. `relayNow` is the relay's clock; `relay` is null while it is not
 * running.
 */
export function openMemoryRelayEndpoint(
  clock: Clock,
  latencyMs: number,
  relay: () => Relay | null,
  relayNow: () => number,
): MemoryRelayEndpoint {
  const open = new Set<MemorySocket>()
  const until = { down: 0, mute: 0, httpFails: 0 }
  let extraMs = 0
  let framesToDrop = 0
  const isActive = (what: keyof typeof until): boolean => clock.nowMs() < until[what]
  const connection: Connection = {
    clock,
    latencyMs,
    relay,
    isDown: () => isActive('down'),
    isMuted: () => isActive('mute'),
    extraMs: () => extraMs,
    loses: () => {
      framesToDrop -= 1
      return framesToDrop >= 0
    },
  }
  const pause = (ms: number): Promise<void> => new Promise(resolve => clock.after(ms, resolve))
  return {
    sockets: {
      open(url, listener, handshake) {
        const socket = new MemorySocket(connection, listener, url, handshake?.headers ?? {})
        open.add(socket)
        return socket
      },
    },
    http: {
      async get(_origin, target, headers, timeoutMs) {
        await pause(latencyMs)
        const running = relay()
        if (running === null || isActive('down')) throw unreachable()
        if (isActive('httpFails')) throw new AxisorError('timeout', 'the relay did not answer')
        if (!/^\/v1\/(snapshot|users|history-summary)(\?|$)/.test(target)) throw new Error(target)
        const late = Promise.withResolvers<HttpReply>()
        const cancel = clock.after(timeoutMs, () => late.reject(new AxisorError('timeout', 'no answer')))
        const reply = await Promise.race([respond(running, target, headers, relayNow), late.promise])
        cancel()
        await pause(latencyMs)
        return reply
      },
      close: () => {},
    },
    cut() {
      for (const socket of open) socket.end(1006)
      open.clear()
    },
    down(ms) {
      until.down = clock.nowMs() + ms
      if (ms > 0) this.cut()
    },
    mute(ms) {
      until.mute = clock.nowMs() + ms
    },
    delay(ms) {
      extraMs = ms
    },
    lose(frames) {
      framesToDrop = frames
    },
    garble() {
      for (const socket of open)
        for (const text of ['{"type":"data_up', '\u0000', '{"type":"data_update","kind":"delta"}', '[]'])
          socket.deliver(text)
    },
    failHttp(ms) {
      until.httpFails = clock.nowMs() + ms
    },
  }
}
