import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { secretParts } from '../../domain/alerts/channel-secret.ts'
import type { RelayAlertSettings } from '../../domain/alerts/relay-settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Random } from '../../ports/clock.ts'
import type { Notifier } from '../../ports/notifier.ts'
import { channelSettingsJson } from '../../wire/alerts/channels-file.ts'
import { channelNameFault, decodeChannelRequest, decodeTestRequest } from '../../wire/relay/alert-requests.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import type { Grant } from '../auth/token-grant.ts'
import { badRequest, ERROR_RESPONSES, type ErrorResponse } from '../http/error-response.ts'
import { RouteGate } from '../http/route-gate.ts'
import { type RouteOptions, sendError } from '../http/routes.ts'
import type { AlertRoutesDeps } from './alert-routes.ts'
import type { SettingsEdit } from './change-settings.ts'
import type { SettingsBook } from './settings-book.ts'
import { testChannelsOf } from './test-channels.ts'

const READ_RATE = { burst: 20, perSecond: 2 }
const CHANGE_RATE = { burst: 10, perSecond: 0.2 }
/** Each test sends a message to every channel. */
const TEST_RATE = { burst: 3, perSecond: 1 / 30 }

/** Ten thousand rules are for a file of one's own. */
const MAX_RULES_BYTES = 64 * 1024

const MAX_CHANNEL_BYTES = 16 * 1024

/** What the routes of alert settings need. */
export interface SettingsRoutesDeps extends AlertRoutesDeps {
  readonly random: Random
  readonly book: SettingsBook
  readonly notifier: Notifier
  /** Accept channels at private addresses. */
  readonly allowPrivate: boolean
  readonly addRedaction: (secret: Secret) => void
}

interface Named {
  Params: { name: string }
}

/** Adds the routes that read, change and test the alert settings of the token's user, with the scope `alerts`. */
export function addSettingsRoutes(
  app: FastifyInstance,
  deps: SettingsRoutesDeps,
  options: RouteOptions,
): void {
  const reading = new RouteGate(options, ['alerts'], READ_RATE)
  const changing = new RouteGate(options, ['alerts'], CHANGE_RATE)
  const testing = new RouteGate(options, ['alerts'], TEST_RATE)
  const edit = (request: FastifyRequest, reply: FastifyReply, editOf: () => SettingsEdit | ErrorResponse) =>
    change({ gate: changing, deps, options }, request, reply, editOf)

  app.get('/v1/alerts/settings', async (request, reply) => {
    const grant = await reading.admit(request, reply)
    if (grant === null) return reply
    return reply.send(documentOf(await wrapDatabaseErrors(deps.book.read(grant.userId))))
  })
  app.delete('/v1/alerts/rules', (request, reply) =>
    edit(request, reply, () => ({ kind: 'rules', text: null })),
  )
  app.put<Named>('/v1/alerts/channels/:name', { bodyLimit: MAX_CHANNEL_BYTES }, (request, reply) =>
    edit(request, reply, () => channelEdit(request.params.name, request.body, deps)),
  )
  app.delete<Named>('/v1/alerts/channels/:name', (request, reply) =>
    edit(request, reply, () => ({ kind: 'remove-channel', name: request.params.name })),
  )
  app.post('/v1/alerts/test', async (request, reply) => {
    const grant = await testing.admit(request, reply)
    if (grant === null) return reply
    const only = decodeTestRequest(request.body)
    if (!only.ok) return sendError(reply, badRequest(`${only.fault.where}: ${only.fault.message}`), options)
    return runTests(grant, only.value, deps, reply, options)
  })
  app.register(async scope => {
    // Rules may have comments, which are kept.
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    scope.put('/v1/alerts/rules', { bodyLimit: MAX_RULES_BYTES }, (request, reply) =>
      edit(request, reply, () => ({ kind: 'rules', text: String(request.body) })),
    )
  })
}

interface Change {
  readonly gate: RouteGate
  readonly deps: SettingsRoutesDeps
  readonly options: RouteOptions
}

async function change(
  { gate, deps, options }: Change,
  request: FastifyRequest,
  reply: FastifyReply,
  editOf: () => SettingsEdit | ErrorResponse,
): Promise<FastifyReply> {
  const { book, log, allowPrivate } = deps
  const grant = await gate.admit(request, reply)
  if (grant === null) return reply
  const edit = editOf()
  if ('status' in edit) return sendError(reply, edit, options)
  const { userId, tokenId } = grant
  try {
    const author = { by: `by token ${tokenId}`, allowPrivate }
    const after = await book.edit(userId, edit, author)
    log.info('alert settings changed', { user: userId, tokenId, what: edit.kind })
    return reply.send(documentOf(after))
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    if (error.code === 'usage')
      return sendError(reply, badRequest([error.message, ...error.lines].join('; ')), options)
    if (error.code === 'rate-limited')
      return sendError(
        reply,
        { ...ERROR_RESPONSES.tooMany, message: error.message, afterSeconds: 3_600 },
        options,
      )
    log.warn('alert settings not changed', { user: userId, code: error.code, why: error.message })
    return sendError(reply, ERROR_RESPONSES.database, options)
  }
}

function channelEdit(
  name: string,
  body: unknown,
  { addRedaction }: SettingsRoutesDeps,
): SettingsEdit | ErrorResponse {
  const fault = channelNameFault(name)
  if (fault !== null) return badRequest(fault)
  const request = decodeChannelRequest(body)
  if (!request.ok) return badRequest(`${request.fault.where}: ${request.fault.message}`)
  const { settings, secret } = request.value
  if (secret !== null) for (const part of secretParts(secret)) addRedaction(part)
  return { kind: 'channel', channel: { name, settings, secret } }
}

async function runTests(
  { userId, userName, tokenId }: Grant,
  only: string | null,
  deps: SettingsRoutesDeps,
  reply: FastifyReply,
  options: RouteOptions,
): Promise<FastifyReply> {
  const { channels } = await wrapDatabaseErrors(deps.book.read(userId))
  const chosen = channels.filter(({ name }) => only === null || name === only)
  if (chosen.length === 0)
    return sendError(reply, { ...ERROR_RESPONSES.notFound, message: 'no such channel' }, options)
  deps.log.info('channels tested', { user: userId, tokenId, channels: chosen.length })
  return reply.send({ results: await testChannelsOf(chosen, userName, deps) })
}

/** The settings without secrets. */
function documentOf({ rules, channels, heartbeat }: RelayAlertSettings) {
  return {
    rules,
    channels: channels.map(({ name, settings }) => ({ name, settings: channelSettingsJson(settings) })),
    heartbeat: heartbeat !== null,
  }
}
