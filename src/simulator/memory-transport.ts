import { AxisorError } from '../domain/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Http, HttpReply, Socket, SocketListener, Sockets } from '../ports/net.ts'
import type { SimulatedExchange, StreamSession } from '../ports/simulated-exchange.ts'

/** The exchange without a network, as the ports see it. */
export interface MemoryTransport {
  readonly http: Http
  readonly sockets: Sockets
  /** What to tell a client that wants to be told where the exchange is; no such host is ever looked up. */
  readonly apiUrl: string
  readonly streamUrl: string
}

const ORIGIN = '127.0.0.1'

function refused(): AxisorError {
  return new AxisorError('unreachable', 'the simulated exchange refuses connections')
}

function lost(): AxisorError {
  return new AxisorError('connection-lost', 'the connection to the simulated exchange ended')
}

function openHttp(exchange: SimulatedExchange, clock: Clock, latencyMs: number): Http {
  const underWay = new Set<(error: AxisorError) => void>()

  function get(
    target: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => {
        underWay.delete(fail)
        stopWaiting()
        cancelReply()
        act()
      }
      const fail = (error: AxisorError) => done(() => reject(error))
      const stopWaiting = clock.after(timeoutMs, () =>
        fail(new AxisorError('timeout', `no reply within ${timeoutMs} ms`)),
      )
      let cancelReply = clock.after(latencyMs, () => {
        if (exchange.isDown()) return fail(refused())
        const reply = exchange.handle({
          method: 'GET',
          target,
          headers: lowerCase(headers),
          body: '',
          peer: 'memory',
        })
        cancelReply = clock.after(reply.delayMs, () => {
          if (exchange.isDown()) fail(lost())
          else done(() => resolve(reply))
        })
      })
      underWay.add(fail)
    })
  }

  return {
    get: (_origin, target, headers, timeoutMs) => get(target, headers, timeoutMs),
    close() {
      for (const fail of underWay) fail(lost())
    },
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Everything either side says takes a turn of the clock, so that nothing happens inside the call that caused it. */
function openSocket(
  exchange: SimulatedExchange,
  clock: Clock,
  latencyMs: number,
  path: string,
  listener: SocketListener,
): Socket {
  let session: StreamSession | null = null
  let isGone = false

  function later(act: () => void): void {
    clock.after(latencyMs, () => {
      if (!isGone) act()
    })
  }

  function close(code: number): void {
    later(() => {
      isGone = true
      listener.closed(code)
    })
  }

  later(() => {
    if (exchange.isDown() || path !== '/v1') {
      listener.failed(refused())
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
      isGone = true
      session?.closed()
    },
  }
}

/**
 * Opens a door to the exchange inside the process. Every message takes `latencyMs` by the clock, in each direction for
 * sockets and in all for HTTP. All origins lead to the exchange; of the stream only the path `/v1` does.
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
