import { AxisorError, type Fault } from '../../domain/error.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import {
  decodeAuthError,
  decodeAuthenticated,
  decodeHello,
  decodePermissions,
  decodeStreamTime,
  keyRefusedError,
  type ReportedPermissions,
} from '../../wire/lnm/replies.ts'
import type { Signer } from '../../wire/signing.ts'
import type { ExchangeClock } from './exchange-clock.ts'
import { OPTIONAL_REPLY_MS, type RpcClient, RpcError, type RpcReply } from './rpc-client.ts'

const NONCE_BYTES = 16

/** Dependencies of a handshake besides the socket. */
export interface StreamHandshakeDeps {
  readonly clock: Clock
  readonly random: Random
  readonly exchangeClock: ExchangeClock
  /** Host of the stream, for messages. */
  readonly host: string
}

/** Handshake of a stream session: greeting, clock measurement and authentication. */
export class StreamHandshake {
  readonly #deps: StreamHandshakeDeps
  readonly #rpc: RpcClient

  constructor(deps: StreamHandshakeDeps, rpc: RpcClient) {
    this.#deps = deps
    this.#rpc = rpc
  }

  /** Returns true if the server identifies itself as a simulator. The greeting is optional: an error, an unreadable reply or none in time counts as false. */
  async hello(): Promise<boolean> {
    const params = { clientName: 'axisor', clientVersion: '1' }
    try {
      const hello = decodeHello((await this.#rpc.call({ method: 'hello', params }, OPTIONAL_REPLY_MS)).result)
      return hello.ok && hello.value.simulated
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      return false
    }
  }

  /** Measures the exchange's clock. Returns the round trip in ms, a fault for an unreadable reply, or null for an error reply, none in time or a repeated time. */
  async syncClock(): Promise<number | Fault | null> {
    const { clock, exchangeClock } = this.#deps
    let reply: RpcReply
    try {
      reply = await this.#rpc.call({ method: 'time' }, OPTIONAL_REPLY_MS)
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      return null
    }
    const now = clock.nowMs()
    const time = decodeStreamTime(reply.result)
    if (!time.ok) return time.fault
    return exchangeClock.addSample(time.value, reply.sentAt, now) ? now - reply.sentAt : null
  }

  /**
   * Authenticates and returns the key's permissions as reported. A rejection may be caused by a clock that was just set. It is therefore retried
   * once, after another `syncClock`.
   * @throws AxisorError key-refused, or the error that prevented authentication
   */
  async authenticate(signer: Signer, syncClock: () => Promise<unknown>): Promise<ReportedPermissions> {
    try {
      return await this.#authenticateOnce(signer)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'key-refused') throw error
      await syncClock()
      return this.#authenticateOnce(signer)
    }
  }

  /** Reads the permissions of the authenticated key again. Returns null for an error reply or none in time. */
  async whoami(): Promise<ReportedPermissions | null> {
    try {
      const reply = await this.#rpc.call({ method: 'whoami' }, OPTIONAL_REPLY_MS)
      return decodePermissions(reply.result, 'stream whoami')
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      return null
    }
  }

  async #authenticateOnce(signer: Signer): Promise<ReportedPermissions> {
    const { random, exchangeClock, host } = this.#deps
    const params = signer.streamAuth(exchangeClock.nowMs(), random.hex(NONCE_BYTES))
    let result: unknown
    try {
      result = (await this.#rpc.call({ method: 'authenticate', params })).result
    } catch (error) {
      throw error instanceof RpcError ? decodeAuthError(error.refusal, host) : error
    }
    const { authenticated, ...reported } = decodeAuthenticated(result)
    if (authenticated) return reported
    throw keyRefusedError(host)
  }
}
