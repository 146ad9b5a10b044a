import type { FastifyInstance } from 'fastify'
import { encodeRelayUsers } from '../../wire/relay/users-document.ts'
import { ERROR_RESPONSES, TIME_HEADER } from './error-response.ts'
import { ReadGate } from './read-gate.ts'
import { RouteGate } from './route-gate.ts'
import { JSON_TYPE, type RouteOptions, sendError, WITH_HEAD } from './routes.ts'

/** Requests for snapshots and for the users that one token may send at once, and per second. */
const SNAPSHOT_RATE = { burst: 40, perSecond: 10 }
const USERS_RATE = { burst: 10, perSecond: 1 }

/** Adds the snapshot of an account, and the names of the users whose accounts a token reads. */
export function addReadRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { relay, clock } = options
  const snapshots = new ReadGate(options, SNAPSHOT_RATE)
  app.get('/v1/snapshot', WITH_HEAD, async (request, reply) => {
    const grant = await snapshots.admit(request, reply)
    if (grant === null) return reply
    const snapshot = await relay.snapshot(grant)
    if (snapshot === null) return sendError(reply, ERROR_RESPONSES.noSnapshot, options)
    reply.headers({ etag: snapshot.etag, 'cache-control': 'private, no-cache' })
    if (!reply.hasHeader('vary')) reply.header('vary', 'Authorization')
    reply.header(TIME_HEADER, String(clock.nowMs()))
    if (request.headers['if-none-match'] === snapshot.etag) return reply.code(304).send()
    return reply.type(JSON_TYPE).send(snapshot.body)
  })
  const users = new RouteGate(options, ['read', 'read-all'], USERS_RATE)
  app.get('/v1/users', WITH_HEAD, async (request, reply) => {
    const grant = await users.admit(request, reply)
    if (grant === null) return reply
    return reply.type(JSON_TYPE).send(encodeRelayUsers(await relay.readableUsers(grant)))
  })
}
