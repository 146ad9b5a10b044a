import type { Nonces } from '../auth/nonces.ts'
import { type ApiKey, verifySignature } from '../auth/request-signature.ts'
import { exchangeNow, type SimulatorContext } from '../context.ts'
import { RPC, type RpcCall, RpcFailure, textParameter } from '../protocol/rpc.ts'
import { PRIVATE_TOPICS, TOPICS } from '../protocol/topics.ts'

/** What a method may see and change of its session. */
export interface Caller {
  readonly context: SimulatorContext
  readonly nonces: Nonces
  readonly topics: Set<string>
  key: ApiKey | null
}

type Method = (caller: Caller, params: RpcCall['params']) => unknown

function authenticate(caller: Caller, params: RpcCall['params']) {
  const { context: core, nonces } = caller
  const nonce = textParameter(params, 'nonce')
  const { timestamp } = params
  if (nonce.length < 8 || nonce.length > 128) {
    throw new RpcFailure(RPC.invalidParams, 'nonce must have 8 to 128 characters')
  }
  if (typeof timestamp !== 'number') throw new RpcFailure(RPC.invalidParams, 'timestamp must be a number')
  const proof = {
    key: textParameter(params, 'key'),
    passphrase: textParameter(params, 'passphrase'),
    signature: textParameter(params, 'signature'),
    timestampMs: timestamp,
    text: `${timestamp}${nonce}`,
  }
  const verdict = verifySignature(core.keys(), core.hmac, exchangeNow(core), proof)
  if ('refused' in verdict) throw new RpcFailure(RPC.unauthorized, verdict.refused)
  if (!nonces.use(proof.key, nonce, core.clock.nowMs())) {
    throw new RpcFailure(RPC.unauthorized, 'The nonce was used before')
  }
  caller.key = verdict.key
  return { authenticated: true, permissions: verdict.key.scopes }
}

function whoami({ context: core, key }: Caller) {
  if (key === null) throw new RpcFailure(RPC.unauthorized, 'Not authenticated')
  return { apiKey: key.credentials.key, userId: core.state.books.userId, permissions: key.scopes }
}

/** The topics of a request, each of them known. @throws RpcError */
function topicsOf(params: RpcCall['params']): string[] {
  const { topics } = params
  if (!Array.isArray(topics) || topics.length === 0) {
    throw new RpcFailure(RPC.invalidParams, 'topics must be a list that is not empty')
  }
  return topics.map(topic => {
    if (typeof topic !== 'string') throw new RpcFailure(RPC.invalidParams, 'topics must be strings')
    if (!TOPICS.has(topic)) throw new RpcFailure(RPC.unknownTopic, `Unknown topic ${topic}`)
    return topic
  })
}

function subscribe({ key, topics }: Caller, params: RpcCall['params']) {
  const wanted = topicsOf(params)
  for (const topic of wanted) {
    const scope = PRIVATE_TOPICS.get(topic)
    if (scope === undefined) continue
    if (key === null) throw new RpcFailure(RPC.unauthorized, `Authenticate before subscribing to ${topic}`)
    if (!key.scopes.includes(scope)) throw new RpcFailure(RPC.forbidden, `The key lacks the scope ${scope}`)
  }
  for (const topic of wanted) topics.add(topic)
  return { subscribed: wanted }
}

function unsubscribe({ topics }: Caller, params: RpcCall['params']) {
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
  ['time', ({ context: core }) => ({ time: exchangeNow(core) })],
  ['authenticate', authenticate],
  ['whoami', whoami],
  ['subscribe', subscribe],
  ['unsubscribe', unsubscribe],
  ['unsubscribeAll', unsubscribeAll],
])
