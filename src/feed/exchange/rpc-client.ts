import type { Chance, Clock } from '../../ports/clock.ts'
import type { RpcRefusal } from '../../wire/lnm/replies.ts'
import { encodeRequest, type StreamRequest } from '../../wire/lnm/requests.ts'
import { LANES, Lane } from './rate-limiter.ts'

const ID_BYTES = 8

/** The stream answered a request with an error. What it means depends on the request. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly refusal: RpcRefusal

  constructor(refusal: RpcRefusal) {
    super('the stream refused a request')
    this.refusal = refusal
  }
}

interface Waiting {
  readonly sentAt: number
  readonly resolve: (reply: Answer) => void
  readonly reject: (error: CallRefused) => void
}

/** A reply, and when (our clock) the request was sent. */
export interface Answer {
  readonly result: unknown
  readonly sentAt: number
}

/** Requests on one socket and their replies. A request that is never answered waits for ever: the link's deadline is its end. */
export class Calls {
  readonly #clock: Clock
  readonly #chance: Chance
  readonly #send: (text: string) => void
  readonly #lane: Lane
  readonly #waiting = new Map<string, Waiting>()

  constructor(world: { readonly clock: Clock; readonly chance: Chance }, send: (text: string) => void) {
    this.#clock = world.clock
    this.#chance = world.chance
    this.#send = send
    this.#lane = new Lane(world.clock, LANES.message)
  }

  /**
   * Sends a request, within the rate limit of the socket.
   * @throws CallRefused when the stream answers with an error
   */
  async ask(request: StreamRequest): Promise<Answer> {
    const done = await this.#lane.turn(true)
    done()
    return new Promise((resolve, reject) => {
      const id = this.#chance.hex(ID_BYTES)
      this.#waiting.set(id, { sentAt: this.#clock.nowMs(), resolve, reject })
      this.#send(encodeRequest(id, request))
    })
  }

  /** A reply came; one to nothing that we asked is ignored. */
  answered(id: string, result: unknown): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.resolve({ result, sentAt: waiting.sentAt })
  }

  /** An error came; false when it answers nothing that we asked. */
  refused(id: string, refusal: RpcRefusal): boolean {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.reject(new CallRefused(refusal))
    return waiting !== undefined
  }

  /** The socket is gone. */
  end(): void {
    this.#lane.close()
    this.#waiting.clear()
  }
}
