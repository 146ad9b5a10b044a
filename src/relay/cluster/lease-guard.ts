import { AxisorError } from '../../domain/error.ts'
import type { Http, Socket, SocketListener, Sockets } from '../../ports/net.ts'

function over(): AxisorError {
  return new AxisorError('unavailable', 'another relay of the cluster may watch this account now')
}

/**
 * The network as long as a lease lasts: before each request, each message and each word heard, it is asked whether we may. What
 * was handed to the system before that can't be called back: one request, and what the exchange sends on an open connection.
 */
export function guardWithLease(
  net: { readonly http: Http; readonly sockets: Sockets },
  mayAct: () => boolean,
): { readonly http: Http; readonly sockets: Sockets } {
  const http: Http = {
    async get(origin, target, headers, timeoutMs) {
      if (!mayAct()) throw over()
      const reply = await net.http.get(origin, target, headers, timeoutMs)
      // It may have waited in the system while we were frozen, and would pass for new.
      if (!mayAct()) throw over()
      return reply
    },
    // The connections belong to all accounts.
    close() {},
  }
  return { http, sockets: { open: (...how) => openGuarded(net.sockets, mayAct, ...how) } }
}

function openGuarded(
  sockets: Sockets,
  mayAct: () => boolean,
  ...[url, listener, ...more]: Parameters<Sockets['open']>
): Socket {
  const hear = <T extends readonly unknown[]>(told: (...what: T) => void) => {
    return (...what: T): void => {
      if (mayAct()) told(...what)
    }
  }
  const guarded: SocketListener = {
    opened: hear(() => listener.opened()),
    text: hear(data => listener.text(data)),
    pong: hear(() => listener.pong()),
    // That it is gone may always be heard.
    failed: error => listener.failed(error),
    closed: code => listener.closed(code),
  }
  if (!mayAct()) {
    queueMicrotask(() => {
      listener.failed(over())
      listener.closed(1006)
    })
    return { send() {}, ping() {}, terminate() {} }
  }
  const socket = sockets.open(url, guarded, ...more)
  return {
    send(text) {
      if (mayAct()) socket.send(text)
    },
    ping() {
      if (mayAct()) socket.ping()
    },
    terminate: () => socket.terminate(),
  }
}
