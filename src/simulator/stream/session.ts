import { TokenBucket } from '../../domain/token-bucket.ts'
import type { StreamConnection, StreamSession } from '../../ports/simulated-exchange.ts'
import type { Nonces } from '../auth/nonces.ts'
import { exchangeNow, type SimulatorContext } from '../context.ts'
import { callOf, idOf, parseFrame, RPC, RpcFailure, type RpcId } from '../protocol/rpc.ts'
import { type Caller, METHODS } from './methods.ts'

/** Messages per second of one socket. */
const MESSAGES_PER_SECOND = 10

/** So many refused messages in a row are no accident: the socket is closed. */
const PATIENCE = 50

/** "Policy violation": for a client that does not stop, or whose key was revoked. */
export const POLICY_CLOSE = 1008

/** One stream connection as the hub sees it. */
export interface Session extends StreamSession {
  readonly topics: ReadonlySet<string>
  isAuthenticated(): boolean
  /** Sends a frame, unless the exchange is mute; a slow exchange sends it later, in order. */
  push(text: string): void
  end(code: number): void
  cut(): void
}

/** `onClosed` is called once, whoever ends the session. */
export function openSession(
  core: SimulatorContext,
  nonces: Nonces,
  wire: StreamConnection,
  onClosed: () => void,
): Session {
  const caller: Caller = { context: core, nonces, topics: new Set(), key: null }
  const budget = new TokenBucket({ burst: MESSAGES_PER_SECOND, perSecond: MESSAGES_PER_SECOND })
  const { clock, faults } = core
  let isOpen = true
  let refused = 0
  let lastDueAt = 0

  function leave(how: () => void): void {
    if (!isOpen) return
    isOpen = false
    how()
    onClosed()
  }

  const isSilent = () => !isOpen || clock.nowMs() < faults.muteUntil

  function sendUnlessSilent(text: string): void {
    if (!isSilent()) wire.send(text)
  }

  function push(text: string): void {
    if (isSilent()) return
    const dueAt = Math.max(lastDueAt, clock.nowMs() + faults.slowMs)
    lastDueAt = dueAt
    if (dueAt <= clock.nowMs()) wire.send(text)
    else clock.after(dueAt - clock.nowMs(), () => sendUnlessSilent(text))
  }

  function call(frame: unknown): { id: RpcId; result: unknown } {
    const { id, method, params } = callOf(frame)
    if (clock.nowMs() < faults.rpcErrorUntil) throw new RpcFailure(RPC.internal, 'Internal server error')
    const run = METHODS.get(method)
    if (run === undefined) throw new RpcFailure(RPC.methodNotFound, `Unknown method ${method}`)
    return { id, result: run(caller, params) }
  }

  /** Members beside the result: the exchange's stamps in microseconds, and what is left of the budget. */
  function meters() {
    if (clock.nowMs() < faults.bareUntil) return {}
    const usIn = exchangeNow(core) * 1000
    const usDiff = 35
    const rateLimit = { remaining: budget.remaining(), limit: MESSAGES_PER_SECOND }
    return { usIn, usOut: usIn + usDiff, usDiff, rateLimit }
  }

  function refuse(id: RpcId | null, error: RpcFailure): void {
    const { code, message, appCode } = error
    push(
      JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data: { code: appCode } }, ...meters() }),
    )
  }

  function receive(text: string): void {
    if (isSilent()) return
    const withinBudget = budget.take(clock.nowMs())
    refused = withinBudget ? 0 : refused + 1
    if (refused > PATIENCE) {
      leave(() => wire.close(POLICY_CLOSE))
      return
    }
    let frame: unknown = null
    try {
      frame = parseFrame(text)
      if (!withinBudget) {
        throw new RpcFailure(RPC.tooMany, `More than ${MESSAGES_PER_SECOND} messages per second`)
      }
      push(JSON.stringify({ jsonrpc: '2.0', ...call(frame), ...meters() }))
    } catch (error) {
      if (!(error instanceof RpcFailure)) throw error
      refuse(idOf(frame), error)
    }
  }

  return {
    topics: caller.topics,
    isAuthenticated: () => caller.key !== null,
    push,
    receive,
    closed: () => leave(() => {}),
    end: code => leave(() => wire.close(code)),
    cut: () => leave(() => wire.cut()),
  }
}
