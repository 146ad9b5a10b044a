import type { Nonces } from '../auth/nonces.ts'
import { type ApiKey, verifySignature } from '../auth/request-signature.ts'
import { exchangeTimeMs, type SimulatorContext } from '../context.ts'
import { topicFault } from '../faults.ts'
import { RPC, RpcFailure, type RpcRequest, textParameter } from '../protocol/rpc.ts'
import { PRIVATE_TOPICS, TOPICS } from '../protocol/topics.ts'

/** The session state that methods read and change. */
export interface Caller {
  readonly context: SimulatorContext
  readonly nonces: Nonces
  readonly topics: Set<string>
  key: ApiKey | null
}

type Method = (caller: Caller, params: RpcRequest['params']) => unknown

/** The list of the `permissions` knob, or that of the key. Undefined: the reply has none. */
function reportedPermissions({ faults }: SimulatorContext, { scopes }: ApiKey): unknown {
  return faults.permissions === null ? scopes : faults.permissions.reported
}

function authenticate(caller: Caller, params: RpcRequest['params']) {
  const { context, nonces } = caller
  const nonce = textParameter(params, 'nonce')
  const { timestamp } = params
  if (nonce.length < 8 || nonce.length > 128) {
    throw new RpcFailure(RPC.invalidParams, 'nonce must have 8 to 128 characters')
  }
  if (typeof timestamp !== 'number') throw new RpcFailure(RPC.invalidParams, 'timestamp must be a number')
  const signedRequest = {
    key: textParameter(params, 'key'),
    passphrase: textParameter(params, 'passphrase'),
    signature: textParameter(params, 'signature'),
    timestampMs: timestamp,
    payload: `${timestamp}${nonce}`,
  }
  const result = verifySignature(context.keys(), context.hmac, exchangeTimeMs(context), signedRequest)
  if ('refused' in result) throw new RpcFailure(RPC.unauthorized, result.refused)
  if (!nonces.use(signedRequest.key, nonce, context.clock.nowMs())) {
    throw new RpcFailure(RPC.unauthorized, 'The nonce was used before')
  }
  caller.key = result.key
  return { authenticated: true, permissions: reportedPermissions(context, result.key) }
}

function whoami({ context, key }: Caller) {
  if (key === null) throw new RpcFailure(RPC.unauthorized, 'Not authenticated')
  return {
    apiKey: key.credentials.key,
    userId: context.state.books.userId,
    permissions: reportedPermissions(context, key),
  }
}

/** Reads the topics of a request. @throws RpcFailure if the list is empty or a topic is unknown */
function topicsOf(params: RpcRequest['params']): string[] {
  const { topics } = params
  if (!Array.isArray(topics) || topics.length === 0) {
    throw new RpcFailure(RPC.invalidParams, 'topics must be a non-empty list')
  }
  return topics.map(topic => {
    if (typeof topic !== 'string') throw new RpcFailure(RPC.invalidParams, 'topics must be strings')
    if (!TOPICS.has(topic)) throw new RpcFailure(RPC.unknownTopic, `Unknown topic ${topic}`)
    return topic
  })
}

function subscribe({ context, key, topics }: Caller, params: RpcRequest['params']) {
  const requested = topicsOf(params)
  const faultOf = (topic: string) => topicFault(context.faults, topic, context.clock.nowMs())
  for (const topic of requested) {
    if (faultOf(topic) === 'refused') throw new RpcFailure(RPC.unknownTopic, `Unknown topic ${topic}`)
    const scope = PRIVATE_TOPICS.get(topic)
    if (scope === undefined) continue
    if (key === null) throw new RpcFailure(RPC.unauthorized, `Authenticate before subscribing to ${topic}`)
    if (!key.scopes.includes(scope)) throw new RpcFailure(RPC.forbidden, `The key lacks the scope ${scope}`)
  }
  const subscribed = requested.filter(topic => faultOf(topic) !== 'ignored')
  for (const topic of subscribed) topics.add(topic)
  return { subscribed }
}

function unsubscribe({ topics }: Caller, params: RpcRequest['params']) {
  return { unsubscribed: topicsOf(params).filter(topic => topics.delete(topic)) }
}

function unsubscribeAll({ topics }: Caller) {
  const unsubscribed = [...topics]
  topics.clear()
  return { unsubscribed }
}

/** The eight methods of Stream v1. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['hello', () => ({ version: '1.0.0', simulated: true })],
  ['ping', () => 'pong'],
  ['time', ({ context }) => ({ time: exchangeTimeMs(context) })],
  ['authenticate', authenticate],
  ['whoami', whoami],
  ['subscribe', subscribe],
  ['unsubscribe', unsubscribe],
  ['unsubscribeAll', unsubscribeAll],
])
