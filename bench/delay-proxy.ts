import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of a server of this machine, as far away as the round trip says. */
export interface DelayProxy {
  /** The address of the server by way of the proxy. */
  through(url: string): string
  close(): void
}

/** Writes the data of one side to the other, each chunk `delayMs` after it arrived. */
function forward(from: Socket, to: Socket, delayMs: (isFirst: boolean) => number): void {
  let isFirst = true
  from.on('data', data => {
    setTimeout(() => to.write(data), delayMs(isFirst))
    isFirst = false
  })
  from.on('close', () => setTimeout(() => to.destroy(), delayMs(false)))
  from.on('error', () => {})
}

/** Opens a proxy that delays each direction by half of a round trip, and the first request of a connection by its handshake as well. */
export async function openDelayProxy(port: number, roundTripMs: number): Promise<DelayProxy> {
  const server = createServer({ noDelay: true }, near => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true })
    forward(near, far, isFirst => (isFirst ? roundTripMs : 0) + roundTripMs / 2)
    forward(far, near, () => roundTripMs / 2)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    through: url => url.replace(/:\d+/, `:${address.port}`),
    close: () => server.close(),
  }
}
