import type { FastifyInstance } from 'fastify'
import { ipPrefix } from './ip-prefix.ts'

interface Connection {
  readonly remoteAddress?: string | undefined
}

function addressOf({ remoteAddress }: Connection): string {
  return ipPrefix(remoteAddress ?? '')
}

/**
 * Limits the open TCP connections per address, because idle connections use memory too. Excess connections are
 * destroyed. `max` null: no limit, as behind a proxy, where all have one address. Calls `onCut` for each. Returns a function that returns the
 * number of destroyed connections.
 */
export function capConnectionsPerAddress(
  server: FastifyInstance['server'],
  max: number | null,
  onCut: () => void,
): () => number {
  const open = new Map<string, number>()
  let cut = 0
  // Shared by all connections: a closed one still has its address.
  function release(this: Connection): void {
    const address = addressOf(this)
    const left = (open.get(address) ?? 1) - 1
    if (left > 0) open.set(address, left)
    else open.delete(address)
  }
  server.on('connection', socket => {
    const address = addressOf(socket)
    const count = (open.get(address) ?? 0) + 1
    if (max !== null && count > max) {
      cut += 1
      onCut()
      socket.destroy()
      return
    }
    open.set(address, count)
    socket.on('close', release)
  })
  return () => cut
}
