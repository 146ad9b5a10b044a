import type { createConnection, Socket } from 'node:net'
import { AxisorError } from '../../domain/error.ts'
import {
  type ProxyRules,
  type ProxyServer,
  type ProxyTarget,
  proxyFor,
  proxyName,
  targetOfUrl,
} from '../../domain/proxy.ts'

type ConnectionCallback = (error: Error | null, socket?: Socket) => void

/** A connection that Node does not make itself. */
export interface RoutedConnection {
  /** What it leads through, for messages. */
  readonly via: string
  /** `createConnection` of an agent and of a request of Node. Its callback gets an AxisorError. */
  readonly create: typeof createConnection
}

/** How the clients of a process connect. */
export interface ConnectionRoute {
  /** Returns how to connect to a URL of http, https, ws or wss; null for a direct connection. */
  connectionFor(url: URL): RoutedConnection | null
}

/**
 * Returns a function that Node calls in place of its own `createConnection`. Node passes a callback, waits for it if nothing is returned,
 * and gives it the errors that requests report; its declared type is only that of its own function.
 */
function createWith(open: (done: ConnectionCallback) => void): typeof createConnection {
  const create = (_options: unknown, done: ConnectionCallback): void => open(done)
  return create as unknown as typeof createConnection
}

/** What uses a proxy is loaded with the first connection through it. */
async function connect(proxy: ProxyServer, target: ProxyTarget, done: ConnectionCallback): Promise<void> {
  let socket: Socket
  try {
    const { openTunnel } = await import('./proxy/tunnel.ts')
    socket = await openTunnel(proxy, target)
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)))
    return
  }
  done(null, socket)
}

/** Returns the route by the rules. A host that no rule lets us reach gets a connection that fails before any look-up. */
export function openRoute(rules: ProxyRules): ConnectionRoute {
  return {
    connectionFor(url) {
      const target = targetOfUrl(url)
      try {
        const proxy = proxyFor(rules, target)
        if (proxy === null) return null
        return { via: proxyName(proxy), create: createWith(done => void connect(proxy, target, done)) }
      } catch (error) {
        if (!(error instanceof AxisorError)) throw error
        return { via: 'no proxy', create: createWith(done => process.nextTick(done, error)) }
      }
    },
  }
}
