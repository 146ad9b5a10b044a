import type { FastifyInstance } from 'fastify'
import { ipPrefix } from './ip-prefix.ts'

/**
 * Bounds how many connections of one address are open, whatever they do: a peer that only connects costs memory too. Those above are
 * cut without a word. `most` null: no bound, as behind a proxy, where all come from one address. Tells how many were cut.
 */
export function capConnectionsPerAddress(
  server: FastifyInstance['server'],
  most: number | null,
): () => number {
  const open = new Map<string, number>()
  let cut = 0
  server.on('connection', socket => {
    const address = ipPrefix(socket.remoteAddress ?? '')
    const count = (open.get(address) ?? 0) + 1
    if (most !== null && count > most) {
      cut += 1
      socket.destroy()
      return
    }
    open.set(address, count)
    socket.on('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  })
  return () => cut
}
