import type { AxisorError } from '../../src/domain/error.ts'
import type { HttpReply } from '../../src/ports/net.ts'
import type { Net } from '../../src/ports/world.ts'

/** A network that corrupts every response of one route. */
export function spoiled(route: string, spoil: (reply: HttpReply) => HttpReply) {
  return (net: Net): Net => ({
    ...net,
    http: {
      ...net.http,
      get: async (origin, target, headers, timeoutMs) => {
        const reply = await net.http.get(origin, target, headers, timeoutMs)
        return target.startsWith(route) ? spoil(reply) : reply
      },
    },
  })
}

/** A network without a connection. */
export function broken(error: () => AxisorError) {
  return (net: Net): Net => ({
    http: { ...net.http, get: () => Promise.reject(error()) },
    sockets: {
      open(_url, listener) {
        queueMicrotask(() => {
          listener.failed(error())
          listener.closed(1006)
        })
        return { send() {}, ping() {}, terminate() {} }
      },
    },
  })
}
