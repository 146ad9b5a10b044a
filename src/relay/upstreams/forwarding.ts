import { AxisorError } from '../../domain/error.ts'

/** Requests to the other relay that may run at once. */
const MAX_RUNNING = 16

/** Limits the requests of one kind that are forwarded to the relay that this one follows. */
export class Forwarding {
  readonly #what: string
  #running = 0

  /** `what`: the name of the kind in an error. */
  constructor(what: string) {
    this.#what = what
  }

  get running(): number {
    return this.#running
  }

  /** Sends a request. @throws AxisorError rate-limited, if too many run; else as `send` */
  async run<T>(send: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING)
      throw new AxisorError('rate-limited', `too many ${this.#what} are requested at once`)
    this.#running += 1
    try {
      return await send()
    } finally {
      this.#running -= 1
    }
  }
}
