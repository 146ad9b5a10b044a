import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'

/** Replaces each list of permissions in the stream's replies by other JSON; an empty text leaves the field out. */
export function reportsPermissions(json: () => string): (net: Net) => Net {
  const changed = (data: string): string =>
    data.replace(/,?"permissions":\[[^\]]*\]/, () => {
      const list = json()
      return list === '' ? '' : `,"permissions":${list}`
    })
  return net => ({
    ...net,
    sockets: {
      open: (url, listener, handshake) =>
        net.sockets.open(
          url,
          {
            ...listener,
            opened: () => listener.opened(),
            pong: () => listener.pong(),
            failed: error => listener.failed(error),
            closed: (code, reason) => listener.closed(code, reason),
            text: data => listener.text(changed(data)),
          },
          handshake,
        ),
    },
  })
}

/** A firewall that lets HTTPS requests through and rejects the handshake of the stream, while `isBlocked`. */
export function behindFirewall(isBlocked: () => boolean = () => true): (net: Net) => Net {
  return net => ({
    ...net,
    sockets: {
      open(url, listener, handshake) {
        if (!isBlocked()) return net.sockets.open(url, listener, handshake)
        queueMicrotask(() => {
          listener.failed(
            new AxisorError('unavailable', 'host rejected the WebSocket handshake with status 403'),
          )
          listener.closed(1006)
        })
        return { send() {}, ping() {}, terminate() {} }
      },
    },
  })
}
