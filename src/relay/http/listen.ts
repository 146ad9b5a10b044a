import type { FastifyInstance } from 'fastify'
import { AxisorError } from '../../domain/error.ts'

/** Node's default backlog of 511 delays thousands of simultaneous reconnects by seconds. */
const BACKLOG = 4096

/** Listens on an address. @throws AxisorError usage, if it cannot be used */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    await app.ready()
    await bind(app.server, { host, port, backlog: BACKLOG })
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
    const why = typeof code === 'string' ? LISTEN_ERRORS[code] : undefined
    if (why === undefined) throw cause
    throw new AxisorError('usage', `${host}:${port} ${why}`, {
      hint: code === 'EACCES' && port < 1024 ? LOW_PORT_HINT : 'Choose another --host or --port.',
      cause,
    })
  }
}

/**
 * Does not use the framework's own method: for a wildcard address it lists the network interfaces, which a sandbox without netlink
 * forbids.
 */
function bind(
  server: FastifyInstance['server'],
  address: { readonly host: string; readonly port: number; readonly backlog: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

const LOW_PORT_HINT =
  'A port below 1024 needs the capability CAP_NET_BIND_SERVICE, as in docs/deploy.md. Or choose another --port.'

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'is not permitted for this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is not an address of this machine',
}
