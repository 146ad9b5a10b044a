import { AxisorError } from '../../domain/error.ts'
import type { Broker, BrokerFrame, Retained } from '../../ports/broker.ts'
import type { Cancel, Random } from '../../ports/clock.ts'
import type { Socket, SocketListener, Sockets } from '../../ports/net.ts'

const ID_BYTES = 8

const GOING_AWAY = 1001

export interface FollowerDeps {
  readonly broker: Broker
  readonly random: Random
}

/**
 * Connects to the owner of an account as if it were a relay behind a WebSocket. Its messages arrive through the
 * broker, which retains the latest snapshot and the deltas after it. Gaps are filled from there; a new owner, which
 * has a different clock, is a new connection.
 */
export function followerSockets(deps: FollowerDeps, account: string): Sockets {
  return { open: (_url, listener) => new FollowerSocket(deps, account, listener) }
}

class FollowerSocket implements Socket {
  readonly #broker: Broker
  readonly #account: string
  /** The owner addresses its replies to this id. */
  readonly #replyTo: string
  #listener: SocketListener | null
  #cancels: Cancel[] = []
  /** The fence of the followed owner; null if none has published yet. */
  #fence: number | null = null
  #lastNumber = 0
  /** Frames received while the broker is read; null at other times. */
  #buffered: BrokerFrame[] | null = []
  /** Snapshots that only shorten the broker's log are not passed on, unless one was requested. */
  #snapshotRequested = false

  constructor({ broker, random }: FollowerDeps, account: string, listener: SocketListener) {
    this.#broker = broker
    this.#account = account
    this.#listener = listener
    this.#replyTo = random.hex(ID_BYTES)
    void this.#open()
  }

  send(text: string): void {
    if (this.#listener === null) return
    this.#request(text)
    if (!text.includes('refresh_data')) return
    this.#snapshotRequested = true
    void this.#reload()
  }

  /** Does nothing: the owner's heartbeat shows whether it is alive. */
  ping(): void {}

  terminate(): void {
    this.#listener = null
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }

  #request(text: string): void {
    this.#broker
      .request(this.#account, `${this.#replyTo}\n${text}`)
      .catch((error: unknown) => this.#failed(error))
  }

  async #open(): Promise<void> {
    try {
      this.#cancels.push(
        this.#broker.onLink(isUp => {
          if (!isUp) this.#end(new AxisorError('unavailable', 'the broker of the cluster is not reachable'))
        }),
      )
      const cancel = await this.#broker.onFrame(this.#account, frame => this.#onFrame(frame))
      if (this.#listener === null) return cancel()
      this.#cancels.push(cancel)
      const retained = await this.#broker.read(this.#account)
      this.#listener?.opened()
      if (retained !== null) {
        this.#fence = retained.fence
        this.#listener?.text(retained.hello)
      }
      this.#deliver(retained)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Delivers the retained messages, then the frames received meanwhile. */
  #deliver(retained: Retained | null): void {
    const buffered = this.#buffered ?? []
    this.#buffered = null
    if (retained !== null) {
      if (retained.fence !== this.#fence) {
        this.#ownerChanged()
        return
      }
      this.#lastNumber = retained.number
      for (const text of retained.texts) this.#listener?.text(text)
    }
    for (const frame of buffered) this.#apply(frame)
  }

  async #reload(): Promise<void> {
    if (this.#buffered !== null) return
    this.#buffered = []
    try {
      this.#deliver(await this.#broker.read(this.#account))
    } catch (error) {
      this.#failed(error)
    }
  }

  #onFrame(frame: BrokerFrame): void {
    if (frame.kind === 'transient') this.#onTransient(frame)
    else if (this.#buffered !== null) this.#buffered.push(frame)
    else this.#apply(frame)
  }

  #onTransient({ fence, to, text }: BrokerFrame): void {
    if (fence === this.#fence && (to === '' || to === this.#replyTo)) this.#listener?.text(text)
  }

  #apply(frame: BrokerFrame): void {
    if (this.#listener === null || (frame.fence === this.#fence && frame.number <= this.#lastNumber)) return
    if (frame.fence !== this.#fence) this.#ownerChanged()
    else if (frame.number !== this.#lastNumber + 1) void this.#reload()
    else {
      this.#lastNumber = frame.number
      if (frame.kind === 'snapshot' && !this.#snapshotRequested) return
      if (frame.kind === 'snapshot') this.#snapshotRequested = false
      if (frame.kind !== 'hello') this.#listener.text(frame.text)
    }
  }

  #ownerChanged(): void {
    this.#end(new AxisorError('connection-lost', 'another relay of the cluster has taken over this account'))
  }

  #failed(error: unknown): void {
    if (!(error instanceof AxisorError)) throw error
    this.#end(error)
  }

  #end(error: AxisorError): void {
    const listener = this.#listener
    if (listener === null) return
    this.terminate()
    listener.failed(error)
    listener.closed(GOING_AWAY)
  }
}
