import fastify, { type FastifyInstance } from 'fastify'
import type { Clock } from '../../ports/clock.ts'
import { ERROR_RESPONSES, errorBody, errorHeaders } from './error-response.ts'
import { listen } from './listen.ts'
import type { ServerOptions } from './server.ts'

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
  { host, port, tls }: Pick<ServerOptions, 'host' | 'port' | 'tls'>,
): Promise<WaitingServer> {
  const app = (tls === null ? fastify() : fastify({ https: { ...tls } })) as FastifyInstance
  app.get('/healthz', (_request, reply) =>
    reply.header('connection', 'close').type(JSON_TYPE).send('{"status":"ok"}'),
  )
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(ERROR_RESPONSES.starting.status)
      .headers({
        ...errorHeaders(ERROR_RESPONSES.starting),
        connection: 'close',
        'cache-control': 'no-store',
      })
      .type(JSON_TYPE)
      .send(errorBody(ERROR_RESPONSES.starting, clock.nowMs())),
  )
  await listen(app, { host, port })
  const address = app.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise(resolve => {
        app.server.close(() => resolve())
        app.server.closeAllConnections()
      }),
  }
}
