import fastify, { type FastifyInstance } from 'fastify'
import type { Clock } from '../../ports/clock.ts'
import { capConnectionsPerAddress } from './connection-cap.ts'
import { ERROR_RESPONSES, type ErrorResponse, errorBody, errorHeaders } from './error-response.ts'
import { APP_LIMITS, SERVER_LIMITS, SPARE_PER_ADDRESS, TLS_SERVER_LIMITS } from './http-limits.ts'
import { listen } from './listen.ts'
import type { ServerOptions } from './server.ts'

interface WaitingOptions extends Pick<ServerOptions, 'host' | 'port' | 'tls' | 'limits' | 'trustProxy'> {
  /** What it waits for now; null if that is not known yet. */
  readonly missing: () => MissingService | null
}

/** A service without which a relay cannot serve. */
export type MissingService = 'database' | 'broker'

/** Responses of a relay that waits. */
const RESPONSES: Readonly<Record<MissingService, ErrorResponse>> = {
  database: { ...ERROR_RESPONSES.starting, message: 'the relay waits for its database' },
  broker: { ...ERROR_RESPONSES.starting, message: 'the relay waits for the broker of its cluster' },
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** A server in the place of a relay that cannot serve yet. */
export interface WaitingServer {
  readonly port: number
  /** Frees the port. */
  close(): Promise<void>
}

/**
 * Listens where the relay will, so that monitors and clients learn that it is not ready: every response but that of `/healthz` is 503.
 * @throws AxisorError usage, if the port cannot be used
 */
export async function openWaitingServer(
  clock: Clock,
  { host, port, tls, limits, trustProxy, missing }: WaitingOptions,
): Promise<WaitingServer> {
  const app = (
    tls === null
      ? fastify({ ...APP_LIMITS, http: SERVER_LIMITS })
      : fastify({ ...APP_LIMITS, https: { ...TLS_SERVER_LIMITS, ...tls } })
  ) as FastifyInstance
  const max = trustProxy ? null : limits.perAddress + SPARE_PER_ADDRESS
  capConnectionsPerAddress(app.server, max, () => {})
  app.server.maxConnections = limits.total + SPARE_PER_ADDRESS
  const sockets = new Set<{ destroy(): unknown }>()
  app.server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  app.get('/healthz', (_request, reply) =>
    reply.header('connection', 'close').type(JSON_TYPE).send('{"status":"ok"}'),
  )
  app.setNotFoundHandler((_request, reply) => {
    const service = missing()
    const response = service === null ? ERROR_RESPONSES.starting : RESPONSES[service]
    return reply
      .code(response.status)
      .headers({ ...errorHeaders(response), connection: 'close', 'cache-control': 'no-store' })
      .type(JSON_TYPE)
      .send(errorBody(response, clock.nowMs()))
  })
  await listen(app, { host, port })
  const address = app.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise(resolve => {
        app.server.close(() => resolve())
        // Also those without a request, and in the middle of a TLS handshake: the port would not be free before their end.
        for (const socket of sockets) socket.destroy()
      }),
  }
}
