/** Runs jobs: those of one user one after another, and at most `maxRunning` at a time. */
export class JobQueue {
  readonly #maxRunning: number
  readonly #lastOf = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning
  }

  /** Runs a job when it is its turn. @throws whatever it throws */
  async run<T>(userId: string, job: () => Promise<T>): Promise<T> {
    const before = this.#lastOf.get(userId)
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    this.#lastOf.set(userId, ended)
    await before
    await this.#slot()
    try {
      return await job()
    } finally {
      if (this.#lastOf.get(userId) === ended) this.#lastOf.delete(userId)
      resolve()
      this.#leave()
    }
  }

  async #slot(): Promise<void> {
    if (this.#running >= this.#maxRunning)
      await new Promise<void>(resolve => {
        this.#waiting.push(resolve)
      })
    else this.#running += 1
  }

  /** The slot is passed on: a new job must not take it before those that wait. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}
