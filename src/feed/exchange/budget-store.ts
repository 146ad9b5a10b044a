import { type BudgetState, emptyBudget } from '../../wire/budget-file.ts'

/** Holds the state of a budget. */
export interface BudgetStore {
  /** True if other processes use the same budget. */
  readonly isShared: boolean
  /** Converts a time of the clock to that of the state: processes share the wall clock. */
  toStored(atMs: number): number
  /**
   * Runs `change` on the state, exclusively among all users of the budget. It may run twice; only the last run counts. Resolves when the
   * state is stored, and never rejects; null if it is stored at once.
   */
  update(change: (state: BudgetState) => void): Promise<void> | null
}

/** The budget of one rate limiter. */
export class OwnBudget implements BudgetStore {
  readonly isShared = false
  readonly #state = emptyBudget()

  toStored(atMs: number): number {
    return atMs
  }

  update(change: (state: BudgetState) => void): null {
    change(this.#state)
    return null
  }
}
