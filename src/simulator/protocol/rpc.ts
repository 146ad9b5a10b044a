/** The error codes of JSON-RPC, and codes from its range for servers. */
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

/** The error reply to a request on the stream. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure'
  readonly code: number
  readonly appCode: string

  constructor([code, appCode]: readonly [number, string], message: string) {
    super(message)
    this.code = code
    this.appCode = appCode
  }
}

/** Echoed with the same type, because clients correlate replies by it. */
export type RpcId = string | number

/** A valid request. Absent params are an empty object. */
export interface RpcRequest {
  readonly id: RpcId
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the id to reply with, also for invalid requests, or null if it has none. */
export function idOf(frame: unknown): RpcId | null {
  if (!isRecord(frame)) return null
  return typeof frame.id === 'string' || typeof frame.id === 'number' ? frame.id : null
}

/** Parses a frame as JSON. @throws RpcFailure if it is not JSON */
export function parseFrame(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RpcFailure(RPC.parse, 'The frame is not JSON')
  }
}

/** Validates a request. @throws RpcFailure if it is invalid */
export function parseRequest(frame: unknown): RpcRequest {
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

/** Reads a string parameter. @throws RpcFailure if it is not a string */
export function textParameter(params: RpcRequest['params'], name: string): string {
  const value = params[name]
  if (typeof value !== 'string') throw new RpcFailure(RPC.invalidParams, `${name} must be a string`)
  return value
}
