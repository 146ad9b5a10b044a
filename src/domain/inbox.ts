/**
 * Runs a state machine to completion: an input that arrives while another one is applied waits until that one is done.
 * If `apply` throws, the inputs that wait stay, and are applied with the next one.
 */
export class Inbox<Input> {
  readonly #apply: (input: Input) => void
  readonly #waiting: Input[] = []
  #isBusy = false

  constructor(apply: (input: Input) => void) {
    this.#apply = apply
  }

  /** Applies `input`, and whatever `apply` puts in meanwhile; inside of `apply` it only queues. */
  push(input: Input): void {
    this.#waiting.push(input)
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
        this.#apply(next)
    } finally {
      this.#isBusy = false
    }
  }
}
