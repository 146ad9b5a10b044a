import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { Clock } from '../../ports/clock.ts'
import { ipPrefix } from './ip-prefix.ts'

/** Requests of one connection that may wait for their responses. Browsers, proxies and axisor send one after the other. */
const MAX_WAITING = 16

/** How long an address cannot connect after it has sent more, ms. */
const BLOCK_MS = 5_000

interface PipeliningOptions {
  readonly clock: Clock
  /** False behind a proxy, where all clients have its address. */
  readonly blocksAddress: boolean
  /** Called for each connection that is destroyed. */
  onCut(): void
}

/**
 * Destroys connections that send many requests before they have read the responses. One packet holds 1,300 of them, and even a refusal of each would
 * delay all clients by a tenth of a second. Call it after all other listeners for requests were added.
 */
export function refusePipelining(server: FastifyInstance['server'], options: PipeliningOptions): void {
  const { clock, blocksAddress, onCut } = options
  const waiting = new WeakMap<object, number>()
  const blocked = new ForgettingMap<number>((until, nowMs) => nowMs >= until)
  const handlers = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: FastifyRequest['raw'], response: FastifyReply['raw']) => {
    const { socket } = request
    // The parser goes on to the end of the packet.
    if (socket.destroyed) return
    const count = (waiting.get(socket) ?? 0) + 1
    if (count > MAX_WAITING) {
      const now = clock.nowMs()
      if (blocksAddress) blocked.set(ipPrefix(socket.remoteAddress ?? ''), now + BLOCK_MS, now)
      socket.destroy()
      onCut()
      return
    }
    waiting.set(socket, count)
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1))
    for (const handler of handlers) Reflect.apply(handler, server, [request, response])
  })
  server.on('connection', socket => {
    const until = blocked.get(ipPrefix(socket.remoteAddress ?? ''))
    if (until !== undefined && clock.nowMs() < until) socket.destroy()
  })
}
