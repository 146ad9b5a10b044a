import { AxisorError } from '../../domain/error.ts'
import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Cancel, Random } from '../../ports/clock.ts'
import { type Frame, messagesOf, type RateLimit } from '../../wire/lnm/frame.ts'
import type { ReportedPermissions } from '../../wire/lnm/replies.ts'
import { isPrivateTopic } from '../../wire/lnm/topics.ts'
import type { Signer } from '../../wire/signing.ts'
import type { ResetOptions } from '../connection/change-buffer.ts'
import { ChartReader } from '../connection/chart-reader.ts'
import type { ProtocolSession, SessionHost } from '../connection/protocol.ts'
import { addsListedRow } from './account-listings.ts'
import { ClockSync } from './clock-sync.ts'
import { exchangeCandles } from './exchange-candles.ts'
import { type FirstRead, hasPrices } from './first-read.ts'
import { StreamHandshake } from './handshake.ts'
import { HistoryPoller } from './history-poller.ts'
import type { HttpHistoryDeps } from './http-history.ts'
import type { KeyCheck } from './key-check.ts'
import type { KeyVerdicts } from './key-verdicts.ts'
import { PartFaults } from './part-faults.ts'
import { RefreshScheduler } from './refresh-scheduler.ts'
import { RpcClient } from './rpc-client.ts'
import { SessionPermissions } from './session-permissions.ts'
import type { SnapshotRead } from './snapshot-reader.ts'
import { SubscriptionWatch } from './subscription-watch.ts'
import { TopicSubscriber } from './subscriptions.ts'
import { MAX_UNIT_WAIT_MS } from './unit-reader.ts'
import { UnreportedMoves } from './unreported-moves.ts'

/** Dependencies of all sessions with one exchange; they outlive the sockets. */
export interface ExchangeSessionDeps extends HttpHistoryDeps {
  readonly random: Random
  /** The read that began with the feed. */
  readonly firstRead: FirstRead
  readonly signer: Signer | null
  readonly keyCheck: KeyCheck
  readonly keyVerdicts: KeyVerdicts
  readonly decodeFrame: (text: string) => Frame
  /** Host of the stream, for messages. */
  readonly host: string
}

const MORE_FOLLOW: ResetOptions = { morePartsFollow: true }

/** Session of LN Markets' Stream v1: handshake, authentication, subscriptions, first snapshot, then messages and periodic refreshes. */
export class ExchangeSession implements ProtocolSession {
  readonly #deps: ExchangeSessionDeps
  readonly #host: SessionHost
  readonly #rpc: RpcClient
  readonly #refreshScheduler: RefreshScheduler
  readonly #historyPoller: HistoryPoller
  readonly #chartReader: ChartReader
  readonly #handshake: StreamHandshake
  readonly #permissions: SessionPermissions
  readonly #subscriber: TopicSubscriber
  readonly #subscriptionWatch: SubscriptionWatch
  readonly #clockSync: ClockSync
  #cancelClockSync: Cancel | null = null
  /** The socket's rate limit from the last reply; published with the next clock measurement. */
  #rateLimit: RateLimit | null = null
  /** What the socket carries. Without authentication, because the key is refused, only the market. */
  #carries: 'nothing' | 'market' | 'account' = 'nothing'
  readonly #partFaults = new PartFaults()
  readonly #unreportedMoves = new UnreportedMoves()
  #ended = false

  constructor(deps: ExchangeSessionDeps, host: SessionHost) {
    this.#deps = deps
    this.#host = host
    this.#rpc = new RpcClient(deps, text => host.send(text))
    this.#refreshScheduler = new RefreshScheduler(
      deps,
      deps.policy,
      () => this.#refresh(),
      () => deps.reader.retryAt(),
    )
    const { clock, random, rest } = deps
    const { exchangeClock } = rest
    this.#handshake = new StreamHandshake({ clock, random, host: deps.host, exchangeClock }, this.#rpc)
    this.#clockSync = new ClockSync(rest, this.#handshake, host)
    this.#historyPoller = new HistoryPoller(deps.clock, deps.policy, deps.rest, deps.reader, host)
    this.#chartReader = new ChartReader(clock, exchangeCandles(rest, clock), host)
    this.#permissions = new SessionPermissions(deps, host, this.#handshake, error => this.#fail(error))
    this.#subscriber = new TopicSubscriber(this.#rpc, deps.host, fault => host.fault(fault))
    const watchDeps = { clock, exchangeClock, host: deps.host, topicSilenceMs: deps.policy.topicSilenceMs }
    this.#subscriptionWatch = new SubscriptionWatch(watchDeps, {
      silentSince: pricesSilentSince => host.updateInfo({ pricesSilentSince }),
      resubscribe: () => void this.#resubscribe(),
      replace: error => host.disconnected(error),
    })
  }

  opened(): void {
    void this.#connect()
  }

  text(data: string, at: number): void {
    for (const message of messagesOf(data)) this.#handleFrame(this.#deps.decodeFrame(message), at)
  }

  resync(): void {
    this.#refreshScheduler.now()
  }

  tryKey(): void {
    if (this.#carries === 'market') void this.#authenticateAgain()
    this.#refreshScheduler.now()
  }

  readonly followCandles: ChartReader['follow'] = range => this.#chartReader.follow(range)

  close(): void {
    this.#ended = true
    this.#cancelClockSync?.()
    this.#rpc.close()
    this.#refreshScheduler.stop()
    this.#historyPoller.stop()
    this.#chartReader.close()
    this.#subscriptionWatch.stop()
  }

  #handleFrame(frame: Frame, at: number): void {
    switch (frame.kind) {
      case 'notification':
        this.#subscriptionWatch.received(frame.topic, frame.sourceAt, at)
        if (this.#deps.reader.observe(frame.change)) this.#refreshScheduler.soon()
        this.#deps.gonePositions.reported(frame.change)
        this.#host.change(frame.change, frame.sourceAt, at)
        for (const { field, problem } of frame.faults)
          this.#host.fault({ where: `stream ${frame.topic}`, message: `${field} ${problem}` })
        // Account messages carry only part of what changed: balance, margins and liquidation prices are missing.
        if (isPrivateTopic(frame.topic)) {
          this.#unreportedMoves.reported()
          this.#refreshScheduler.soon()
        }
        if (addsListedRow(frame.change)) this.#historyPoller.soon()
        return
      case 'fault':
        this.#host.fault(frame.fault)
        if (frame.topic !== null) this.#subscriptionWatch.received(frame.topic, null, at)
        if (frame.topic !== null && isPrivateTopic(frame.topic)) this.#refreshScheduler.soon()
        return
      case 'reply':
        this.#rateLimit = frame.rateLimit
        this.#rpc.resolve(frame.id, frame.result)
        return
      case 'error':
        if (frame.id === null || !this.#rpc.reject(frame.id, frame.refusal)) {
          this.#host.fault({ where: 'stream', message: 'an error without a matching request' })
        }
    }
  }

  async #connect(): Promise<void> {
    try {
      const { clock, policy, reader, firstRead } = this.#deps
      // The clock is measured at the same time: it rarely is so wrong that the exchange rejects the first signature.
      const greeted = Promise.all([this.#handshake.hello(), this.#syncClock()])
      const permissions = await this.#authenticate()
      const [isSimulated] = await greeted
      if (isSimulated) reader.markSimulated()
      if (this.#ended) return
      const { promise: partsEmitted, resolve: onPartsEmitted } = Promise.withResolvers<void>()
      const emitParts = (parts: AccountSnapshot): void => {
        this.#emitSnapshot(parts, MORE_FOLLOW)
        onPartsEmitted()
      }
      const first = firstRead.take(emitParts)
      const isSubscribed = !policy.authenticatesOnly || !(await hasPrices(first, clock))
      if (isSubscribed) await this.#subscribeFor(permissions)
      // A slow part does not keep the connection from being live with the others.
      void partsEmitted.then(() => this.#host.ready())
      const { snapshot: read, error } = await (first ?? this.#readSnapshot(emitParts))
      if (error !== null && error.code !== 'key-refused') throw error
      const snapshot = policy.waitForUnit ? await reader.withUnit(read, MAX_UNIT_WAIT_MS) : read
      if (this.#ended) return
      this.#emitSnapshot(snapshot)
      this.#host.ready()
      // What happened between the first read and the subscription is not in either.
      if (first !== null && isSubscribed) this.#refreshScheduler.soon()
      this.#refreshScheduler.start()
      this.#historyPoller.start()
      if (isSubscribed) this.#subscriptionWatch.start()
      this.#scheduleClockSync()
      await this.#resolveUnit(snapshot)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Schedules another snapshot as soon as the unit of the account's dollars is known, if the last one lacked it. */
  async #resolveUnit(snapshot: AccountSnapshot): Promise<void> {
    if (this.#deps.policy.authenticatesOnly) return
    const completed = await this.#deps.reader.withUnit(snapshot, Number.POSITIVE_INFINITY)
    if (this.#ended) return
    if (completed.account?.value.syntheticUsdUnit !== snapshot.account?.value.syntheticUsdUnit)
      this.#refreshScheduler.soon()
  }

  #fail(error: unknown): void {
    if (!(error instanceof AxisorError)) throw error
    if (error.code === 'unreadable') this.#host.fault({ where: 'connecting', message: error.message })
    this.#host.disconnected(error)
  }

  #syncClock(): Promise<void> {
    return this.#clockSync.run(() => this.#rateLimit)
  }

  /** Publishes the clock offset before the snapshot: the read may have corrected it, and ages are computed with it. */
  #emitSnapshot(snapshot: AccountSnapshot, options?: ResetOptions): void {
    if (this.#ended) return
    this.#host.updateInfo({ clockOffsetMs: this.#deps.rest.exchangeClock.offsetMs })
    if (options?.morePartsFollow !== true)
      for (const fault of this.#partFaults.newOf(snapshot.parts)) this.#host.fault(fault)
    this.#host.reset(snapshot, options)
    if (this.#deps.gonePositions.observe(snapshot)) this.#historyPoller.soon()
  }

  #scheduleClockSync(): void {
    if (this.#ended) return
    this.#cancelClockSync = this.#deps.clock.after(this.#deps.policy.clockSyncEveryMs, () => {
      this.#scheduleClockSync()
      void this.#syncClock()
      if (this.#carries === 'account') void this.#permissions.check()
    })
  }

  /** Returns the key's permissions as reported, or null without a key and while it is refused: the market needs none. */
  async #authenticate(): Promise<ReportedPermissions | null> {
    const { signer, keyVerdicts } = this.#deps
    if (signer === null || keyVerdicts.refusalOf('stream') !== null) return null
    let reported: ReportedPermissions
    try {
      reported = await this.#handshake.authenticate(signer, () => this.#syncClock())
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'key-refused') throw error
      keyVerdicts.refused('stream', error)
      keyVerdicts.report()
      return null
    }
    this.#permissions.authenticated(reported)
    keyVerdicts.accepted('stream')
    keyVerdicts.report()
    return reported
  }

  /** Adds the topics of the account to a socket that carries the market, once the key is accepted again. */
  async #authenticateAgain(): Promise<void> {
    this.#carries = 'nothing'
    try {
      const permissions = await this.#authenticate()
      if (this.#ended) return
      await this.#subscribeFor(permissions)
      // Reads what has happened before the subscription.
      if (permissions !== null) this.#refreshScheduler.now()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Subscribes to the market and, unless the permissions are null, to the account. */
  async #subscribeFor(permissions: ReportedPermissions | null): Promise<void> {
    await this.#subscriber.subscribe(permissions !== null, permissions?.key ?? null)
    this.#deps.reader.forbidden.reset()
    this.#deps.keyVerdicts.allowForbidden()
    this.#carries = permissions === null ? 'market' : 'account'
  }

  /** Subscribes again after a silence, and reads what private topics may have missed. */
  async #resubscribe(): Promise<void> {
    await this.#subscriber.subscribeAgain()
    this.#refreshScheduler.now()
  }

  /** Reads a snapshot and reports what its replies show about the key. */
  async #readSnapshot(
    onParts = (parts: AccountSnapshot): void => this.#emitSnapshot(parts, MORE_FOLLOW),
  ): Promise<SnapshotRead> {
    const { reader, keyVerdicts } = this.#deps
    const read = await reader.read(onParts)
    keyVerdicts.report()
    return read
  }

  /** Returns false if a part failed that may be readable soon. A refused key has a schedule of its own. */
  async #refresh(): Promise<boolean> {
    this.#host.snapshotStarted()
    const { snapshot } = await this.#readSnapshot()
    if (this.#ended) return false
    this.#emitSnapshot(snapshot)
    if (this.#unreportedMoves.isReadDue(snapshot)) this.#refreshScheduler.soon()
    // Not awaited: the next refresh must not wait for past swaps, which the exchange may leave unanswered.
    void this.#resolveUnit(snapshot)
    return Object.values(snapshot.parts).every(({ error }) => error?.kind !== 'failed')
  }
}
