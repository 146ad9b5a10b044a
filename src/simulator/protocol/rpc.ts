/** JSON-RPC's own codes, and two of the range that it leaves to servers. */
export const RPC = {
  parse: [-32700, 'PARSE_ERROR'],
  invalidRequest: [-32600, 'INVALID_REQUEST'],
  methodNotFound: [-32601, 'METHOD_NOT_FOUND'],
  invalidParams: [-32602, 'INVALID_PARAMS'],
  unknownTopic: [-32602, 'UNKNOWN_TOPIC'],
  internal: [-32603, 'INTERNAL_SERVER_ERROR'],
  unauthorized: [-32001, 'UNAUTHORIZED'],
  forbidden: [-32003, 'FORBIDDEN'],
  tooMany: [-32005, 'TOO_MANY_REQUESTS'],
} as const

/** A request on the stream that is answered with an error. */
export class RpcFailure extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly appCode: string

  constructor([code, appCode]: readonly [number, string], message: string) {
    super(message)
    this.code = code
    this.appCode = appCode
  }
}

/** Answered with the very same type: clients correlate by it. */
export type RpcId = string | number

/** A request of the form that the exchange takes; absent params are an empty object. */
export interface RpcCall {
  readonly id: RpcId
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The id to answer with, also when the rest of the frame is wrong. */
export function idOf(frame: unknown): RpcId | null {
  if (!isRecord(frame)) return null
  return typeof frame.id === 'string' || typeof frame.id === 'number' ? frame.id : null
}

/** The frame as JSON. @throws RpcError when it is none */
export function parseFrame(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RpcFailure(RPC.parse, 'The frame is not JSON')
  }
}

/** @throws RpcError when the frame is not a request as the exchange wants it */
export function callOf(frame: unknown): RpcCall {
  if (!isRecord(frame) || frame.jsonrpc !== '2.0') {
    throw new RpcFailure(RPC.invalidRequest, 'Not a JSON-RPC 2.0 request')
  }
  const id = idOf(frame)
  if (id === null) throw new RpcFailure(RPC.invalidRequest, 'id must be a string or a number')
  if (typeof frame.method !== 'string') throw new RpcFailure(RPC.invalidRequest, 'method must be a string')
  const params = frame.params ?? {}
  if (!isRecord(params)) throw new RpcFailure(RPC.invalidParams, 'params must be an object')
  return { id, method: frame.method, params }
}

/** A parameter that must be a text. @throws RpcError */
export function textParameter(params: RpcCall['params'], name: string): string {
  const value = params[name]
  if (typeof value !== 'string') throw new RpcFailure(RPC.invalidParams, `${name} must be a string`)
  return value
}
