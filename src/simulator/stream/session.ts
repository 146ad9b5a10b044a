import { TokenBucket } from '../../domain/token-bucket.ts'
import type { StreamConnection, StreamSession } from '../../ports/simulated-exchange.ts'
import type { Nonces } from '../auth/nonces.ts'
import { exchangeTimeMs, type SimulatorContext } from '../context.ts'
import { idOf, parseFrame, parseRequest, RPC, RpcFailure, type RpcId } from '../protocol/rpc.ts'
import { type Caller, METHODS } from './methods.ts'

/** Message rate limit per socket, per second. */
const MESSAGES_PER_SECOND = 10

/** The socket is closed after this many consecutive rate-limited messages. */
const MAX_REJECTED_IN_ROW = 50

/** Close code "policy violation": the client ignores the rate limit, or its key was revoked. */
export const POLICY_CLOSE = 1008

/** One stream connection as the hub sees it. */
export interface Session extends StreamSession {
  readonly topics: ReadonlySet<string>
  isAuthenticated(): boolean
  /** Sends a frame, in order after the delay of the `slow` knob. Dropped while the exchange is muted. */
  push(text: string): void
  close(code: number): void
  cut(): void
}

/** `onClosed` is called exactly once, for a close by either side. */
export function openSession(
  context: SimulatorContext,
  nonces: Nonces,
  connection: StreamConnection,
  onClosed: () => void,
): Session {
  const caller: Caller = { context, nonces, topics: new Set(), key: null }
  const bucket = new TokenBucket({ burst: MESSAGES_PER_SECOND, perSecond: MESSAGES_PER_SECOND })
  const { clock, faults } = context
  let isOpen = true
  let rejectedInRow = 0
  let lastDueAt = 0

  function finish(close: () => void): void {
    if (!isOpen) return
    isOpen = false
    close()
    onClosed()
  }

  const isMuted = () => !isOpen || clock.nowMs() < faults.muteUntil

  function sendUnlessMuted(text: string): void {
    if (!isMuted()) connection.send(text)
  }

  function push(text: string): void {
    if (isMuted()) return
    const dueAt = Math.max(lastDueAt, clock.nowMs() + faults.slowMs)
    lastDueAt = dueAt
    if (dueAt <= clock.nowMs()) connection.send(text)
    else clock.after(dueAt - clock.nowMs(), () => sendUnlessMuted(text))
  }

  function call(frame: unknown): { id: RpcId; result: unknown } {
    const { id, method, params } = parseRequest(frame)
    if (clock.nowMs() < faults.rpcErrorUntil) throw new RpcFailure(RPC.internal, 'Internal server error')
    const run = METHODS.get(method)
    if (run === undefined) throw new RpcFailure(RPC.methodNotFound, `Unknown method ${method}`)
    return { id, result: run(caller, params) }
  }

  /** Members beside the result: server timestamps in microseconds and the remaining rate limit. */
  function replyMetadata() {
    if (clock.nowMs() < faults.bareUntil) return {}
    const usIn = exchangeTimeMs(context) * 1000
    const usDiff = 35
    const rateLimit = { remaining: bucket.remaining(), limit: MESSAGES_PER_SECOND }
    return { usIn, usOut: usIn + usDiff, usDiff, rateLimit }
  }

  function sendError(id: RpcId | null, { code, message, appCode }: RpcFailure): void {
    const error = { code, message, data: { code: appCode } }
    push(JSON.stringify({ jsonrpc: '2.0', id, error, ...replyMetadata() }))
  }

  function receive(text: string): void {
    if (isMuted()) return
    const withinLimit = bucket.take(clock.nowMs())
    rejectedInRow = withinLimit ? 0 : rejectedInRow + 1
    if (rejectedInRow > MAX_REJECTED_IN_ROW) {
      finish(() => connection.close(POLICY_CLOSE))
      return
    }
    let frame: unknown = null
    try {
      frame = parseFrame(text)
      if (!withinLimit) {
        throw new RpcFailure(RPC.tooMany, `More than ${MESSAGES_PER_SECOND} messages per second`)
      }
      push(JSON.stringify({ jsonrpc: '2.0', ...call(frame), ...replyMetadata() }))
    } catch (error) {
      if (!(error instanceof RpcFailure)) throw error
      sendError(idOf(frame), error)
    }
  }

  return {
    topics: caller.topics,
    isAuthenticated: () => caller.key !== null,
    push,
    receive,
    closed: () => finish(() => {}),
    close: code => finish(() => connection.close(code)),
    cut: () => finish(() => connection.cut()),
  }
}
