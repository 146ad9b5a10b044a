/**
 * Applies inputs to a state machine one at a time: an input pushed while another is applied is queued.
 * If `apply` throws, queued inputs are kept and applied after the next push.
 */
export class Inbox<Input> {
  readonly #apply: (input: Input) => void
  readonly #queue: Input[] = []
  #isBusy = false

  constructor(apply: (input: Input) => void) {
    this.#apply = apply
  }

  /** Applies `input` and the inputs that `apply` pushes meanwhile. Called from `apply`, it only queues the input. */
  push(input: Input): void {
    this.#queue.push(input)
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#apply(next)
    } finally {
      this.#isBusy = false
    }
  }
}
