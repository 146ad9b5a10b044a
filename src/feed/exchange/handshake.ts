import { AxisorError, type Fault } from '../../domain/error.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import {
  decodeAuthError,
  decodeAuthenticated,
  decodeHello,
  decodeStreamTime,
  keyRefusedError,
} from '../../wire/lnm/replies.ts'
import type { Signer } from '../../wire/signing.ts'
import type { ExchangeClock } from './exchange-clock.ts'
import { unreadable } from './rest-client.ts'
import { type RpcClient, RpcError, type RpcReply } from './rpc-client.ts'

const NONCE_BYTES = 16

/** What an introduction needs besides the socket. */
export interface StreamHandshakeDeps {
  readonly clock: Clock
  readonly random: Random
  readonly exchangeClock: ExchangeClock
  /** Host of the stream, for messages. */
  readonly host: string
}

/** How every conversation with the stream begins: who is there, what time it is there, and who we are. */
export class StreamHandshake {
  readonly #deps: StreamHandshakeDeps
  readonly #rpc: RpcClient

  constructor(deps: StreamHandshakeDeps, calls: RpcClient) {
    this.#deps = deps
    this.#rpc = calls
  }

  /** True when the other side says that it is a simulation. The greeting is optional: an exchange that does not answer it well is still the exchange. */
  async hello(): Promise<boolean> {
    const params = { clientName: 'axisor', clientVersion: '1' }
    try {
      const hello = decodeHello((await this.#rpc.call({ method: 'hello', params })).result)
      return hello.ok && hello.value.simulated
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      return false
    }
  }

  /** Measures the exchange's clock: the round trip in ms, what could not be read, or null when the exchange does not tell. */
  async syncClock(): Promise<number | Fault | null> {
    const { clock, exchangeClock } = this.#deps
    let reply: RpcReply
    try {
      reply = await this.#rpc.call({ method: 'time' })
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      return null
    }
    const now = clock.nowMs()
    const time = decodeStreamTime(reply.result)
    if (!time.ok) return time.fault
    exchangeClock.addSample(time.value, reply.sentAt, now)
    return now - reply.sentAt
  }

  /**
   * Proves who asks and gives what the key may do. A refusal may be the fault of a clock that has just moved, so it is tried
   * twice, each time with the time just measured by `measure`.
   * @throws AxisorError key-refused, or what kept the exchange from judging
   */
  async authenticate(signer: Signer, measure: () => Promise<unknown>): Promise<readonly string[]> {
    try {
      return await this.#tryKey(signer)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'key-refused') throw error
      await measure()
      return this.#tryKey(signer)
    }
  }

  async #tryKey(signer: Signer): Promise<readonly string[]> {
    const { random, exchangeClock, host } = this.#deps
    const params = signer.streamAuth(exchangeClock.nowMs(), random.hex(NONCE_BYTES))
    let result: unknown
    try {
      result = (await this.#rpc.call({ method: 'authenticate', params })).result
    } catch (error) {
      throw error instanceof RpcError ? decodeAuthError(error.refusal, host) : error
    }
    const decoded = decodeAuthenticated(result)
    if (!decoded.ok) throw unreadable(decoded.fault)
    if (decoded.value.authenticated) return decoded.value.permissions
    throw keyRefusedError(host)
  }
}
