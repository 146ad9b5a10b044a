import { AxisorError } from '../../domain/error.ts'
import type { Http, Socket, SocketListener, Sockets } from '../../ports/net.ts'

function leaseLost(): AxisorError {
  return new AxisorError(
    'unavailable',
    'the lease has expired: another relay of the cluster may watch this account now',
  )
}

/**
 * Restricts the network to the time of a lease: each request, message and received text is checked. What the system
 * already has cannot be recalled: one request, and what the exchange sends on an open connection.
 */
export function guardWithLease(
  net: { readonly http: Http; readonly sockets: Sockets },
  holdsLease: () => boolean,
): { readonly http: Http; readonly sockets: Sockets } {
  const http: Http = {
    async get(origin, target, headers, timeoutMs) {
      if (!holdsLease()) throw leaseLost()
      const reply = await net.http.get(origin, target, headers, timeoutMs)
      // The reply may have waited in the system while this process was frozen, and would look fresh.
      if (!holdsLease()) throw leaseLost()
      return reply
    },
    // The connections are shared by all accounts.
    close() {},
  }
  return { http, sockets: { open: (...args) => openGuarded(net.sockets, holdsLease, ...args) } }
}

function openGuarded(
  sockets: Sockets,
  holdsLease: () => boolean,
  ...[url, listener, ...more]: Parameters<Sockets['open']>
): Socket {
  const ifHeld = <T extends readonly unknown[]>(callback: (...args: T) => void) => {
    return (...args: T): void => {
      if (holdsLease()) callback(...args)
    }
  }
  const guarded: SocketListener = {
    opened: ifHeld(() => listener.opened()),
    text: ifHeld(data => listener.text(data)),
    pong: ifHeld(() => listener.pong()),
    // The end of a connection is always reported.
    failed: error => listener.failed(error),
    closed: code => listener.closed(code),
  }
  if (!holdsLease()) {
    queueMicrotask(() => {
      listener.failed(leaseLost())
      listener.closed(1006)
    })
    return { send() {}, ping() {}, terminate() {} }
  }
  const socket = sockets.open(url, guarded, ...more)
  return {
    send(text) {
      if (holdsLease()) socket.send(text)
    },
    ping() {
      if (holdsLease()) socket.ping()
    },
    terminate: () => socket.terminate(),
  }
}
