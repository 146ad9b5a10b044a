import { AxisorError } from '../../domain/error.ts'
import type { Outbox, OutboxCommit, QueuedNotice } from '../../ports/outbox.ts'

/** What an outbox writer needs. */
export interface OutboxWriterDeps {
  readonly outbox: Outbox
  /** Called after each commit: null if it succeeded. */
  readonly onStorage: (error: AxisorError | null) => void
  /** Notices were stored. */
  readonly onStored: () => void
  /** Notices could not be stored; they are stored with a later commit. */
  readonly onUnstored: (notices: readonly QueuedNotice[]) => void
}

/** Writes to an outbox in order. Notices that can't be stored are kept in memory for the next commit. */
export class OutboxWriter {
  readonly #deps: OutboxWriterDeps
  #writes: Promise<void> = Promise.resolve()
  #unstored: readonly QueuedNotice[] = []

  constructor(deps: OutboxWriterDeps) {
    this.#deps = deps
  }

  /** Stores the memory of the engine together with new notices. */
  commit(commit: OutboxCommit): void {
    const { notices } = commit
    const { outbox, onStorage, onStored, onUnstored } = this.#deps
    this.write(async () => {
      const all = [...this.#unstored, ...notices]
      // Kept until the commit succeeds.
      this.#unstored = all
      try {
        await outbox.commit({ ...commit, notices: all })
      } catch (error) {
        if (error instanceof AxisorError) onUnstored(notices)
        throw error
      }
      this.#unstored = []
      onStorage(null)
      if (all.length > 0) onStored()
    })
  }

  /** Runs another write after those before it. */
  write(work: () => Promise<void>): void {
    this.#writes = this.#writes.then(work).catch(error => {
      if (!(error instanceof AxisorError)) throw error
      this.#deps.onStorage(error)
    })
  }

  /** Resolves when all writes have ended. */
  settled(): Promise<void> {
    return this.#writes
  }
}
