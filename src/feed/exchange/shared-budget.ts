import { AxisorError, type Fault } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Files } from '../../ports/files.ts'
import { type BudgetState, decodeBudget, emptyBudget, encodeBudget } from '../../wire/budget-file.ts'
import { type BudgetStore, OwnBudget } from './budget-store.ts'
import type { RequestBudgets } from './request-limiters.ts'

/** A file system that takes longer hangs: requests must not wait for it. */
const MAX_UPDATE_MS = 1_500

/** The file is tried again this long after a failure. */
const RETRY_MS = 60_000

const WHERE = 'shared rate limit'

const ALONE = 'other axisor processes may use up the rate limit'

/** Dependencies of shared budgets. */
export interface SharedBudgetDeps {
  readonly clock: Clock
  readonly files: Pick<Files, 'update'>
  /** Called when the file can't be used, so that this process counts its requests alone; once until it works again. */
  readonly onFault: (fault: Fault) => void
}

/** A budget in a file that all processes of the user share. While the file can't be used, this process has a budget of its own. */
export class SharedBudget implements BudgetStore {
  readonly #deps: SharedBudgetDeps
  readonly #path: string | null
  /** The last known state, with which this process goes on alone. */
  #state: BudgetState = emptyBudget()
  #retryAt = Number.NEGATIVE_INFINITY
  #isFailing = false
  /** An update that has not returned: a second one would hang as well. */
  #isHanging = false

  /** `path` is null if the environment names no folder for it. */
  constructor(deps: SharedBudgetDeps, path: string | null) {
    this.#deps = deps
    this.#path = path
  }

  get isShared(): boolean {
    return this.#deps.clock.nowMs() >= this.#retryAt
  }

  toStored(atMs: number): number {
    return this.#deps.clock.toWall(atMs)
  }

  update(change: (state: BudgetState) => void): Promise<void> | null {
    const path = this.#path
    if (path === null) this.#fail('neither XDG_STATE_HOME nor HOME is set')
    if (path !== null && this.isShared && !this.#isHanging) return this.#updateFile(path, change)
    change(this.#state)
    return null
  }

  async #updateFile(path: string, change: (state: BudgetState) => void): Promise<void> {
    let isAbandoned = false
    let next: BudgetState | null = null
    const updated = this.#deps.files.update(path, text => {
      if (isAbandoned) return text ?? encodeBudget(emptyBudget())
      next = this.#decode(text)
      change(next)
      return encodeBudget(next)
    })
    try {
      await this.#withinTime(updated)
      this.#state = next ?? this.#state
      this.#isFailing = false
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      isAbandoned = true
      this.#fail(error.message)
      change(this.#state)
    }
  }

  #decode(text: string | null): BudgetState {
    if (text === null) return structuredClone(this.#state)
    const decoded = decodeBudget(text)
    if (decoded.ok) return decoded.value
    this.#deps.onFault({ where: WHERE, message: `${this.#path} is unreadable and is replaced` })
    return structuredClone(this.#state)
  }

  #fail(reason: string): void {
    this.#retryAt = this.#deps.clock.nowMs() + RETRY_MS
    if (this.#isFailing) return
    this.#isFailing = true
    this.#deps.onFault({ where: WHERE, message: `${reason}; ${ALONE}` })
  }

  /** @throws AxisorError timeout, if the update takes too long; it is not repeated before it has returned */
  async #withinTime(updated: Promise<void>): Promise<void> {
    this.#isHanging = true
    const returned = updated.finally(() => {
      this.#isHanging = false
    })
    // Its outcome no longer matters after the timeout.
    returned.catch(() => {})
    const { promise: late, reject } = Promise.withResolvers<never>()
    const cancel = this.#deps.clock.after(MAX_UPDATE_MS, () =>
      reject(new AxisorError('timeout', `${this.#path} could not be updated within ${MAX_UPDATE_MS} ms`)),
    )
    try {
      await Promise.race([returned, late])
    } finally {
      cancel()
    }
  }
}

/** Where shared budgets are, and whose. */
export interface SharedBudgetOptions {
  /** axisor's state folder; null if the environment names none. */
  readonly stateFolder: string | null
  /** Host of the exchange's REST API. */
  readonly host: string
  /** The API key; null if only public requests are sent. */
  readonly key: string | null
  /** Identifies this process among all others. */
  readonly owner: string
  /** Returns a digest, from which the key cannot be derived. */
  sha256(text: string): string
}

/** Opens the budgets that all processes of the user share: of signed requests by key and host, of public ones by host. */
export function openSharedBudgets(deps: SharedBudgetDeps, options: SharedBudgetOptions): RequestBudgets {
  const { stateFolder, host, key, owner, sha256 } = options
  // The version of the format is in the name, so that two versions of axisor do not overwrite each other's files.
  const open = (kind: string, account: string): SharedBudget => {
    const name = sha256(`axisor rate limit 1\n${kind}\n${host}\n${account}`).slice(0, 32)
    return new SharedBudget(deps, stateFolder === null ? null : `${stateFolder}/rate-limits/${name}.json`)
  }
  return { owner, signed: key === null ? new OwnBudget() : open('signed', key), public: open('public', '') }
}
