import { canWrite, keyMayWrite } from '../../domain/account.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import type { Picture } from '../../domain/snapshot.ts'
import type { Cancel, Chance, Clock } from '../../ports/clock.ts'
import { decodeFrame, type Frame, type RateLimit } from '../../wire/lnm/frame.ts'
import { isPrivateTopic, topicsFor } from '../../wire/lnm/topics.ts'
import type { Signer } from '../../wire/signing.ts'
import type { Line, Talk } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import { Introduction } from './handshake.ts'
import { Extras } from './history-poller.ts'
import { Rereads } from './refresh-scheduler.ts'
import type { Rest } from './rest-client.ts'
import { CallRefused, Calls } from './rpc-client.ts'
import type { PictureReader } from './snapshot-reader.ts'

/** What every talk with the exchange needs; it outlives the sockets. */
export interface DirectMeans {
  readonly clock: Clock
  readonly chance: Chance
  readonly policy: Policy
  readonly rest: Rest
  readonly reader: PictureReader
  readonly signer: Signer | null
  /** Host of the stream, for messages. */
  readonly host: string
}

/** One conversation with LN Markets' Stream v1: greets, proves who asks, subscribes, reads the picture, then listens. */
export class DirectTalk implements Talk {
  readonly #means: DirectMeans
  readonly #line: Line
  readonly #calls: Calls
  readonly #rereads: Rereads
  readonly #extras: Extras
  readonly #introduction: Introduction
  #cancelTime: Cancel | null = null
  /** What the last reply said of the socket's budget; told together with the next measurement. */
  #rateLimit: RateLimit | null = null
  #ended = false

  constructor(means: DirectMeans, line: Line) {
    this.#means = means
    this.#line = line
    this.#calls = new Calls(means, text => line.send(text))
    this.#rereads = new Rereads(means, means.policy, () => this.#reread())
    const { clock, chance, host, rest } = means
    const { exchangeClock } = rest
    this.#introduction = new Introduction({ clock, chance, host, exchangeClock }, this.#calls)
    this.#extras = new Extras(means.clock, means.policy, means.rest, means.reader, line)
  }

  opened(): void {
    void this.#prepare()
  }

  text(data: string): void {
    this.#take(decodeFrame(data))
  }

  resync(): void {
    this.#rereads.now()
  }

  end(): void {
    this.#ended = true
    this.#cancelTime?.()
    this.#calls.end()
    this.#rereads.end()
    this.#extras.end()
  }

  #take(frame: Frame): void {
    switch (frame.kind) {
      case 'news':
        this.#line.change(frame.change, frame.sourceAt)
        // No message about the account says everything that it changed: balance, margins, liquidation prices.
        if (isPrivateTopic(frame.topic)) this.#rereads.soon()
        if (frame.change.kind === 'trade-ended' || frame.change.kind === 'cross-order-ended')
          this.#extras.soon()
        return
      case 'fault':
        this.#line.fault(frame.fault)
        if (frame.topic !== null && isPrivateTopic(frame.topic)) this.#rereads.soon()
        return
      case 'reply':
        this.#rateLimit = frame.rateLimit
        this.#calls.answered(frame.id, frame.result)
        return
      case 'refusal':
        if (frame.id === null || !this.#calls.refused(frame.id, frame.refusal)) {
          this.#line.fault({ where: 'stream', message: 'an error that answers no request of ours' })
        }
    }
  }

  async #prepare(): Promise<void> {
    try {
      await Promise.all([this.#greet(), this.#measureTime()])
      const permissions = this.#means.signer === null ? [] : await this.#authenticate(this.#means.signer)
      await this.#subscribe(topicsFor(permissions))
      const { policy, reader } = this.#means
      const bare = await reader.read()
      const picture = policy.waitForUnit ? await reader.withUnit(bare) : bare
      if (this.#ended) return
      this.#tellPicture(picture)
      this.#line.ready()
      this.#rereads.begin()
      this.#extras.begin()
      this.#planTime()
      await this.#learnUnit(picture)
    } catch (error) {
      this.#lose(error)
    }
  }

  /** A picture that was told without the unit of its dollars is read again as soon as that is known. */
  async #learnUnit(picture: Picture): Promise<void> {
    const known = await this.#means.reader.withUnit(picture)
    if (known.account?.value.syntheticUsdUnit !== picture.account?.value.syntheticUsdUnit)
      this.#rereads.soon()
  }

  #lose(error: unknown): void {
    if (!(error instanceof AxisorError)) throw error
    if (error.code === 'unreadable') this.#line.fault({ where: 'preparing', message: error.message })
    this.#line.lost(error)
  }

  async #greet(): Promise<void> {
    if (await this.#introduction.greet()) this.#means.reader.learnSimulated()
  }

  async #measureTime(): Promise<void> {
    const measured = await this.#introduction.measureTime()
    if (measured === null) return
    if (typeof measured !== 'number') return this.#line.fault(measured)
    const { offsetMs } = this.#means.rest.exchangeClock
    this.#line.know({ rttMs: measured, clockOffsetMs: offsetMs, rateLimit: this.#rateLimit })
  }

  /** Reading may have shown that the clock had moved; ages are worked out with its offset, so that comes first. */
  #tellPicture(picture: Picture): void {
    if (this.#ended) return
    this.#line.know({ clockOffsetMs: this.#means.rest.exchangeClock.offsetMs })
    this.#line.reset(picture)
  }

  #planTime(): void {
    if (this.#ended) return
    this.#cancelTime = this.#means.clock.after(this.#means.policy.timeEveryMs, () => {
      this.#planTime()
      void this.#measureTime()
    })
  }

  async #authenticate(signer: Signer): Promise<readonly string[]> {
    const permissions = await this.#introduction.authenticate(signer, () => this.#measureTime())
    const key = { permissions }
    this.#means.reader.learnRights(key)
    this.#line.know({ key })
    if (canWrite(key) && !this.#means.policy.allowWriteKey) throw keyMayWrite()
    return permissions
  }

  /** All topics in one frame. One that the exchange does not want spoils the frame: then each is asked for by itself. */
  async #subscribe(topics: readonly string[]): Promise<void> {
    if (await this.#trySubscribe(topics)) return
    let some = false
    for (const topic of topics) {
      if (await this.#trySubscribe([topic])) some = true
      else this.#line.fault({ where: `stream ${topic}`, message: 'the exchange refused the subscription' })
    }
    if (!some) throw new AxisorError('unavailable', `${this.#means.host} refused every subscription`)
  }

  async #trySubscribe(topics: readonly string[]): Promise<boolean> {
    try {
      await this.#calls.ask({ method: 'subscribe', params: { topics } })
      return true
    } catch (error) {
      if (error instanceof CallRefused) return false
      throw error
    }
  }

  /** On a live link a failed reading changes nothing but is told; only a refused key ends the link. */
  async #reread(): Promise<boolean> {
    this.#line.reading()
    try {
      const picture = await this.#means.reader.read()
      this.#tellPicture(picture)
      await this.#learnUnit(picture)
      return true
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#line.fault({ where: 'reading the picture again', message: error.message })
      if (error.exitCode === EXIT.credentials) this.#line.lost(error)
      return false
    }
  }
}
