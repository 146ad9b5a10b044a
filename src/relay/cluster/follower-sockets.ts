import { AxisorError } from '../../domain/error.ts'
import type { Broker, Frame, Retained } from '../../ports/broker.ts'
import type { Cancel, Random } from '../../ports/clock.ts'
import type { Socket, SocketListener, Sockets } from '../../ports/net.ts'

const NAME_BYTES = 8

const GOING_AWAY = 1001

export interface FollowerDeps {
  readonly broker: Broker
  readonly random: Random
}

/**
 * The way to the owner of an account, as if it were a relay at the other end of a WebSocket: its words come through the broker,
 * which keeps the newest snapshot and what came after it. A gap is filled from there; another owner, whose clock is another one, is
 * another connection.
 */
export function followerSockets(world: FollowerDeps, account: string): Sockets {
  return { open: (_url, listener) => new FollowerSocket(world, account, listener) }
}

class FollowerSocket implements Socket {
  readonly #broker: Broker
  readonly #account: string
  /** By this name the owner answers. */
  readonly #name: string
  #listener: SocketListener | null
  #cancels: Cancel[] = []
  /** Whose words these are; null: nobody has said anything yet. */
  #fence: number | null = null
  #number = 0
  /** What comes while the broker is read; null while it is not. */
  #waiting: Frame[] | null = []
  /** A snapshot was asked for; without that, those that only keep the broker's log short are not passed on. */
  #wantsSnapshot = false

  constructor({ broker, random }: FollowerDeps, account: string, listener: SocketListener) {
    this.#broker = broker
    this.#account = account
    this.#listener = listener
    this.#name = random.hex(NAME_BYTES)
    void this.#open()
  }

  send(text: string): void {
    if (this.#listener === null) return
    this.#request(text)
    if (!text.includes('refresh_data')) return
    this.#wantsSnapshot = true
    void this.#reload()
  }

  /** Whether the owner is there, its heartbeat says. */
  ping(): void {}

  terminate(): void {
    this.#listener = null
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }

  #request(text: string): void {
    this.#broker
      .request(this.#account, `${this.#name}\n${text}`)
      .catch((error: unknown) => this.#failed(error))
  }

  async #open(): Promise<void> {
    try {
      this.#cancels.push(
        this.#broker.onLink(isUp => {
          if (!isUp) this.#end(new AxisorError('unavailable', 'the broker of the cluster does not answer'))
        }),
      )
      const cancel = await this.#broker.onFrame(this.#account, frame => this.#onFrame(frame))
      if (this.#listener === null) return cancel()
      this.#cancels.push(cancel)
      const kept = await this.#broker.read(this.#account)
      this.#listener?.opened()
      if (kept !== null) {
        this.#fence = kept.fence
        this.#listener?.text(kept.hello)
      }
      this.#deliver(kept)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Passes on what is kept, and what came meanwhile. */
  #deliver(kept: Retained | null): void {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    if (kept !== null) {
      if (kept.fence !== this.#fence) {
        this.#otherOwner()
        return
      }
      this.#number = kept.number
      for (const text of kept.texts) this.#listener?.text(text)
    }
    for (const frame of waiting) this.#take(frame)
  }

  async #reload(): Promise<void> {
    if (this.#waiting !== null) return
    this.#waiting = []
    try {
      this.#deliver(await this.#broker.read(this.#account))
    } catch (error) {
      this.#failed(error)
    }
  }

  #onFrame(frame: Frame): void {
    if (frame.kind === 'transient') this.#onTransient(frame)
    else if (this.#waiting !== null) this.#waiting.push(frame)
    else this.#take(frame)
  }

  #onTransient({ fence, to, text }: Frame): void {
    if (fence === this.#fence && (to === '' || to === this.#name)) this.#listener?.text(text)
  }

  #take(frame: Frame): void {
    if (this.#listener === null || (frame.fence === this.#fence && frame.number <= this.#number)) return
    if (frame.fence !== this.#fence) this.#otherOwner()
    else if (frame.number !== this.#number + 1) void this.#reload()
    else {
      this.#number = frame.number
      if (frame.kind === 'snapshot' && !this.#wantsSnapshot) return
      if (frame.kind === 'snapshot') this.#wantsSnapshot = false
      if (frame.kind !== 'hello') this.#listener.text(frame.text)
    }
  }

  #otherOwner(): void {
    this.#end(new AxisorError('connection-lost', 'another relay of the cluster watches this account now'))
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
