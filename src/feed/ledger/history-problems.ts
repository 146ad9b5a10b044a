import { AxisorError } from '../../domain/error.ts'
import type { HistoryProblem } from '../../ports/account-history.ts'
import type { Clock } from '../../ports/clock.ts'

/** The part that stands for the file of the ledger. */
const LEDGER = 'ledger'

/** Parts of the history that fail, why, and since when. */
export class HistoryProblems {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #changed: (problems: readonly HistoryProblem[]) => void
  readonly #problems = new Map<string, HistoryProblem>()
  /** Parts that the source of the history could not read. */
  #stated: ReadonlyMap<string, HistoryProblem> = new Map()
  /** The ledger must be opened again: it could not be read or written. */
  isLedgerBroken = false
  #isClosed = false

  constructor(clock: Pick<Clock, 'nowMs'>, changed: (problems: readonly HistoryProblem[]) => void) {
    this.#clock = clock
    this.#changed = changed
  }

  /** Does the work. Returns false if it fails, and keeps the reason until it succeeds. `writes`: it proves that the ledger can be written. */
  async attempt(part: string, work: () => Promise<void>, writes = false): Promise<boolean> {
    try {
      await work()
    } catch (error) {
      if (this.#isClosed) return false
      if (!(error instanceof AxisorError)) throw error
      this.#failed(part, error)
      return false
    }
    const hadProblem = this.#problems.delete(part)
    // A ledger that can be read may still be full.
    const wasBroken = writes && this.#problems.delete(LEDGER)
    if (hadProblem || wasBroken) this.#changed(this.#all())
    return true
  }

  /** Replaces what the source of the history states that it could not read. A part that fails still keeps its time. */
  state(failures: readonly { readonly part: string; readonly message: string }[]): void {
    const now = this.#clock.nowMs()
    const before = this.#stated
    this.#stated = new Map(
      failures.map(({ part, message }) => [part, { part, message, since: before.get(part)?.since ?? now }]),
    )
    if (before.size > 0 || this.#stated.size > 0) this.#changed(this.#all())
  }

  /** From now on failures are expected: the ledger is closed. */
  close(): void {
    this.#isClosed = true
  }

  #all(): readonly HistoryProblem[] {
    return [...this.#problems.values(), ...this.#stated.values()]
  }

  #failed(part: string, { code, message }: AxisorError): void {
    const isLedger = code === 'config'
    if (isLedger) this.isLedgerBroken = true
    const failed = isLedger ? LEDGER : part
    const since = this.#problems.get(failed)?.since ?? this.#clock.nowMs()
    this.#problems.set(failed, { part: failed, message, since })
    this.#changed(this.#all())
  }
}

/** For work that may fail while a ledger is closed. */
export function ignoreAxisorError(error: unknown): void {
  if (!(error instanceof AxisorError)) throw error
}
