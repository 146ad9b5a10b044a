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
    if (hadProblem || wasBroken) this.#changed([...this.#problems.values()])
    return true
  }

  /** From now on failures are expected: the ledger is closed. */
  close(): void {
    this.#isClosed = true
  }

  #failed(part: string, { code, message }: AxisorError): void {
    const isLedger = code === 'config'
    if (isLedger) this.isLedgerBroken = true
    const failed = isLedger ? LEDGER : part
    const since = this.#problems.get(failed)?.since ?? this.#clock.nowMs()
    this.#problems.set(failed, { part: failed, message, since })
    this.#changed([...this.#problems.values()])
  }
}

/** For work that may fail while a ledger is closed. */
export function ignoreAxisorError(error: unknown): void {
  if (!(error instanceof AxisorError)) throw error
}
