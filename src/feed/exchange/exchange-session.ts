import { canWrite, keyMayWrite } from '../../domain/account.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import { decodeFrame, type Frame, type RateLimit } from '../../wire/lnm/frame.ts'
import { isPrivateTopic, topicsFor } from '../../wire/lnm/topics.ts'
import type { Signer } from '../../wire/signing.ts'
import type { ProtocolSession, SessionHost } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import { StreamHandshake } from './handshake.ts'
import { HistoryPoller } from './history-poller.ts'
import { RefreshScheduler } from './refresh-scheduler.ts'
import type { RestClient } from './rest-client.ts'
import { RpcClient, RpcError } from './rpc-client.ts'
import type { SnapshotReader } from './snapshot-reader.ts'

/** What every talk with the exchange needs; it outlives the sockets. */
export interface ExchangeSessionDeps {
  readonly clock: Clock
  readonly random: Random
  readonly policy: Policy
  readonly rest: RestClient
  readonly reader: SnapshotReader
  readonly signer: Signer | null
  /** Host of the stream, for messages. */
  readonly host: string
}

/** One conversation with LN Markets' Stream v1: greets, proves who asks, subscribes, reads the picture, then listens. */
export class ExchangeSession implements ProtocolSession {
  readonly #deps: ExchangeSessionDeps
  readonly #host: SessionHost
  readonly #rpc: RpcClient
  readonly #refreshScheduler: RefreshScheduler
  readonly #historyPoller: HistoryPoller
  readonly #handshake: StreamHandshake
  #cancelClockSync: Cancel | null = null
  /** What the last reply said of the socket's budget; told together with the next measurement. */
  #rateLimit: RateLimit | null = null
  #ended = false

  constructor(deps: ExchangeSessionDeps, line: SessionHost) {
    this.#deps = deps
    this.#host = line
    this.#rpc = new RpcClient(deps, text => line.send(text))
    this.#refreshScheduler = new RefreshScheduler(deps, deps.policy, () => this.#refresh())
    const { clock, random, host, rest } = deps
    const { exchangeClock } = rest
    this.#handshake = new StreamHandshake({ clock, random, host, exchangeClock }, this.#rpc)
    this.#historyPoller = new HistoryPoller(deps.clock, deps.policy, deps.rest, deps.reader, line)
  }

  opened(): void {
    void this.#prepare()
  }

  text(data: string): void {
    this.#handleFrame(decodeFrame(data))
  }

  resync(): void {
    this.#refreshScheduler.now()
  }

  end(): void {
    this.#ended = true
    this.#cancelClockSync?.()
    this.#rpc.end()
    this.#refreshScheduler.end()
    this.#historyPoller.end()
  }

  #handleFrame(frame: Frame): void {
    switch (frame.kind) {
      case 'news':
        this.#host.change(frame.change, frame.sourceAt)
        // No message about the account says everything that it changed: balance, margins, liquidation prices.
        if (isPrivateTopic(frame.topic)) this.#refreshScheduler.soon()
        if (frame.change.kind === 'trade-ended' || frame.change.kind === 'cross-order-ended')
          this.#historyPoller.soon()
        return
      case 'fault':
        this.#host.fault(frame.fault)
        if (frame.topic !== null && isPrivateTopic(frame.topic)) this.#refreshScheduler.soon()
        return
      case 'reply':
        this.#rateLimit = frame.rateLimit
        this.#rpc.resolve(frame.id, frame.result)
        return
      case 'refusal':
        if (frame.id === null || !this.#rpc.reject(frame.id, frame.refusal)) {
          this.#host.fault({ where: 'stream', message: 'an error that answers no request of ours' })
        }
    }
  }

  async #prepare(): Promise<void> {
    try {
      await Promise.all([this.#hello(), this.#syncClock()])
      const permissions = this.#deps.signer === null ? [] : await this.#authenticate(this.#deps.signer)
      await this.#subscribe(topicsFor(permissions))
      const { policy, reader } = this.#deps
      const bare = await reader.read()
      const snapshot = policy.waitForUnit ? await reader.withUnit(bare) : bare
      if (this.#ended) return
      this.#emitSnapshot(snapshot)
      this.#host.ready()
      this.#refreshScheduler.begin()
      this.#historyPoller.begin()
      this.#scheduleClockSync()
      await this.#resolveUnit(snapshot)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** A picture that was told without the unit of its dollars is read again as soon as that is known. */
  async #resolveUnit(snapshot: AccountSnapshot): Promise<void> {
    const known = await this.#deps.reader.withUnit(snapshot)
    if (known.account?.value.syntheticUsdUnit !== snapshot.account?.value.syntheticUsdUnit)
      this.#refreshScheduler.soon()
  }

  #fail(error: unknown): void {
    if (!(error instanceof AxisorError)) throw error
    if (error.code === 'unreadable') this.#host.fault({ where: 'preparing', message: error.message })
    this.#host.disconnected(error)
  }

  async #hello(): Promise<void> {
    if (await this.#handshake.hello()) this.#deps.reader.markSimulated()
  }

  async #syncClock(): Promise<void> {
    const measured = await this.#handshake.syncClock()
    if (measured === null) return
    if (typeof measured !== 'number') return this.#host.fault(measured)
    const { offsetMs } = this.#deps.rest.exchangeClock
    this.#host.updateInfo({ rttMs: measured, clockOffsetMs: offsetMs, rateLimit: this.#rateLimit })
  }

  /** Reading may have shown that the clock had moved; ages are worked out with its offset, so that comes first. */
  #emitSnapshot(snapshot: AccountSnapshot): void {
    if (this.#ended) return
    this.#host.updateInfo({ clockOffsetMs: this.#deps.rest.exchangeClock.offsetMs })
    this.#host.reset(snapshot)
  }

  #scheduleClockSync(): void {
    if (this.#ended) return
    this.#cancelClockSync = this.#deps.clock.after(this.#deps.policy.timeEveryMs, () => {
      this.#scheduleClockSync()
      void this.#syncClock()
    })
  }

  async #authenticate(signer: Signer): Promise<readonly string[]> {
    const permissions = await this.#handshake.authenticate(signer, () => this.#syncClock())
    const key = { permissions }
    this.#deps.reader.setPermissions(key)
    this.#host.updateInfo({ key })
    if (canWrite(key) && !this.#deps.policy.allowWriteKey) throw keyMayWrite()
    return permissions
  }

  /** All topics in one frame. One that the exchange does not want spoils the frame: then each is asked for by itself. */
  async #subscribe(topics: readonly string[]): Promise<void> {
    if (await this.#trySubscribe(topics)) return
    let some = false
    for (const topic of topics) {
      if (await this.#trySubscribe([topic])) some = true
      else this.#host.fault({ where: `stream ${topic}`, message: 'the exchange refused the subscription' })
    }
    if (!some) throw new AxisorError('unavailable', `${this.#deps.host} refused every subscription`)
  }

  async #trySubscribe(topics: readonly string[]): Promise<boolean> {
    try {
      await this.#rpc.call({ method: 'subscribe', params: { topics } })
      return true
    } catch (error) {
      if (error instanceof RpcError) return false
      throw error
    }
  }

  /** On a live link a failed reading changes nothing but is told; only a refused key ends the link. */
  async #refresh(): Promise<boolean> {
    this.#host.snapshotStarted()
    try {
      const snapshot = await this.#deps.reader.read()
      this.#emitSnapshot(snapshot)
      await this.#resolveUnit(snapshot)
      return true
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#host.fault({ where: 'reading the picture again', message: error.message })
      if (error.exitCode === EXIT.credentials) this.#host.disconnected(error)
      return false
    }
  }
}
