import type { FastifyInstance } from 'fastify'
import { readListedAlerts, readStoredAlerts } from '../../alerts/host/stored-alerts.ts'
import { ALERT_ID } from '../../domain/alerts/alert.ts'
import { alertListDocument } from '../../output/alert-list.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import { ERROR_RESPONSES } from '../http/error-response.ts'
import { ReadGate } from '../http/read-gate.ts'
import { RouteGate } from '../http/route-gate.ts'
import { type RouteOptions, sendError } from '../http/routes.ts'

/** Requests that one token may send at once, and per second. */
const READ_RATE = { burst: 40, perSecond: 10 }

/** What the routes of alerts need. */
export interface AlertRoutesDeps {
  readonly clock: Clock
  readonly store: RelayStore
  readonly log: RelayLog
}

/** Adds the routes that list the alerts of an account, and that acknowledge those of the token's user with the scope `read`. */
export function addAlertRoutes(app: FastifyInstance, deps: AlertRoutesDeps, options: RouteOptions): void {
  const { clock, store } = deps
  const reading = new ReadGate(options, READ_RATE)
  const gate = new RouteGate(options, ['read'], READ_RATE)
  app.get('/v1/alerts', async (request, reply) => {
    const grant = await reading.admit(request, reply)
    if (grant === null) return reply
    const listed = await wrapDatabaseErrors(readListedAlerts(store.outbox(grant.account.userId), clock))
    return reply.send(alertListDocument(listed, clock.toWall))
  })
  app.post('/v1/alerts/ack', async (request, reply) => {
    const grant = await gate.admit(request, reply)
    if (grant === null) return reply
    return reply.code(202).send({ acknowledged: await acknowledge(grant, null, deps) })
  })
  app.post<{ Params: { id: string } }>('/v1/alerts/:id/ack', async (request, reply) => {
    const grant = await gate.admit(request, reply)
    if (grant === null) return reply
    const { id } = request.params
    const acknowledged = ALERT_ID.test(id) ? await acknowledge(grant, id, deps) : []
    if (acknowledged.length === 0)
      return sendError(reply, { ...ERROR_RESPONSES.notFound, message: 'no such alert fires' }, options)
    return reply.code(202).send({ acknowledged })
  })
}

/** Requests an acknowledgement from the host. Returns the ids of the alerts that it ends; none for an unknown id. */
async function acknowledge(
  { userId, tokenId }: Grant,
  alertId: string | null,
  { clock, store, log }: AlertRoutesDeps,
): Promise<readonly string[]> {
  const outbox = store.outbox(userId)
  const { active } = await wrapDatabaseErrors(readStoredAlerts(outbox, clock))
  const ids = active
    .filter(({ id, state }) => state === 'firing' && (alertId === null || id === alertId))
    .map(({ id }) => id)
  if (ids.length === 0) return ids
  await wrapDatabaseErrors(outbox.request({ kind: 'acknowledge', alertId, by: `token ${tokenId}` }))
  log.info('alerts acknowledged', { user: userId, tokenId, alerts: ids.length })
  return ids
}
