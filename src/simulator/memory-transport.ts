import { AxisorError } from '../domain/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Http, HttpReply, Socket, SocketListener, Sockets } from '../ports/net.ts'
import type { ExchangeResponse, SimulatedExchange, StreamSession } from '../ports/simulated-exchange.ts'

/** In-process transport to a simulated exchange, implementing the network ports. */
export interface MemoryTransport {
  readonly http: Http
  readonly sockets: Sockets
  /** Addresses for the configuration of a client. They are never resolved. */
  readonly apiUrl: string
  readonly streamUrl: string
}

const ORIGIN = '127.0.0.1'

const MAX_BODY_BYTES = 8 * 1024 * 1024

function connectionRefused(): AxisorError {
  return new AxisorError('unreachable', 'the simulated exchange refuses connections')
}

function connectionLost(): AxisorError {
  return new AxisorError('connection-lost', 'the connection to the simulated exchange ended')
}

/** The reason why the `Http` port rejects a reply, or null. The body of a compressed one is its text already. */
function unreadableReason({ body }: ExchangeResponse): string | null {
  return body.length > MAX_BODY_BYTES ? 'the simulated exchange sent more than 8 MiB' : null
}

function openHttp(exchange: SimulatedExchange, clock: Clock, latencyMs: number): Http {
  const pending = new Set<(error: AxisorError) => void>()

  function get(
    target: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        pending.delete(fail)
        cancelTimeout()
        cancelReply()
        settle()
      }
      const fail = (error: AxisorError) => done(() => reject(error))
      const cancelTimeout = clock.after(timeoutMs, () =>
        fail(new AxisorError('timeout', `no reply within ${timeoutMs} ms`)),
      )
      let cancelReply = clock.after(latencyMs, () => {
        if (exchange.isDown()) return fail(connectionRefused())
        const reply = exchange.handle({
          method: 'GET',
          target,
          headers: lowerCase(headers),
          body: '',
          peer: 'memory',
        })
        if (reply.delayMs === Number.POSITIVE_INFINITY) return
        cancelReply = clock.after(reply.delayMs, () => {
          if (exchange.isDown()) return fail(connectionLost())
          const unreadable = unreadableReason(reply)
          if (unreadable !== null) fail(new AxisorError('unreadable', unreadable))
          else done(() => resolve(reply))
        })
      })
      pending.add(fail)
    })
  }

  return {
    get: (_origin, target, headers, timeoutMs) => get(target, headers, timeoutMs),
    close() {
      for (const fail of pending) fail(connectionLost())
    },
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Delivers every message in a later turn of the clock, so that no callback runs inside the call that caused it. */
function openSocket(
  exchange: SimulatedExchange,
  clock: Clock,
  latencyMs: number,
  path: string,
  listener: SocketListener,
): Socket {
  let session: StreamSession | null = null
  let isClosed = false

  function later(callback: () => void): void {
    clock.after(latencyMs, () => {
      if (!isClosed) callback()
    })
  }

  function close(code: number): void {
    later(() => {
      isClosed = true
      listener.closed(code)
    })
  }

  later(() => {
    if (exchange.isDown() || path !== '/v1') {
      listener.failed(connectionRefused())
      close(1006)
      return
    }
    session = exchange.openSession({
      send: text => later(() => listener.text(text)),
      close,
      cut: () => close(1006),
    })
    listener.opened()
  })

  return {
    send(text) {
      if (session !== null) later(() => session?.receive(text))
    },
    ping() {
      if (session === null) return
      later(() => {
        if (!exchange.isMuted()) later(() => listener.pong())
      })
    },
    terminate() {
      isClosed = true
      session?.closed()
    },
  }
}

/**
 * Opens an in-process transport to the exchange. `latencyMs` is the delay per direction for sockets and per round trip for
 * HTTP. Every origin reaches the exchange; sockets are accepted on the path `/v1` only.
 */
export function openMemoryTransport(
  exchange: SimulatedExchange,
  clock: Clock,
  latencyMs = 0,
): MemoryTransport {
  return {
    http: openHttp(exchange, clock, latencyMs),
    sockets: {
      open: (url, listener) => openSocket(exchange, clock, latencyMs, new URL(url).pathname, listener),
    },
    apiUrl: `http://${ORIGIN}/v3`,
    streamUrl: `ws://${ORIGIN}/v1`,
  }
}
