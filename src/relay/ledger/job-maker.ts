import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LedgerResult, LedgerWorker } from '../../ports/ledger-worker.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { HeldAccount } from '../accounts/room-registry.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import type { RelayLog } from '../context.ts'
import type { OpenLedgerReader } from './ledger-reader.ts'
import { readNotices } from './live-recorder.ts'
import { untilSnapshot } from './until-snapshot.ts'

/** How long a job waits for the first snapshot of an account. */
const SNAPSHOT_MS = 8_000
/** A key that was refused is not tried again for so long, unless it is replaced. */
const REFUSED_MS = 60_000

/** Which document. Requests with the same `key` are answered with the same document. */
export interface LedgerServiceRequest {
  readonly name: string
  readonly request: unknown
  readonly key: string
}

/** The accounts of a relay, for its ledgers. */
export interface LedgerAccess {
  /** As `RoomRegistry.hold`. */
  hold(userId: string, userName: string, closed: () => void): Promise<HeldAccount>
}

/** What the ledgers of a relay need. */
export interface LedgerServiceDeps {
  readonly clock: Clock
  readonly log: RelayLog
  readonly store: RelayStore
  readonly worker: LedgerWorker
  readonly openReader: OpenLedgerReader
}

/** A document that is being made, or was. */
export interface Job extends LedgerServiceRequest {
  readonly userId: string
  readonly userName: string
  /** The user whose token requested it first. */
  readonly by: string
  rows: number
  /** Null while it runs. */
  outcome: { readonly result: LedgerResult } | { readonly error: unknown } | null
  /** Settles with the outcome; never rejects. */
  done: Promise<void>
  isCanceled: boolean
}

/** Makes documents from the accounts of a relay on the thread of the ledgers. */
export class JobMaker {
  readonly #deps: LedgerServiceDeps
  readonly #access: LedgerAccess
  readonly #onRows: (rows: number) => void
  /** Keys that the exchange has refused: too many refusals could ban the address of the relay. */
  readonly #refused = new Map<
    string,
    { readonly keyVersion: number; readonly until: number; readonly error: AxisorError }
  >()

  /** `onRows` is called with each number of rows read. */
  constructor(deps: LedgerServiceDeps, access: LedgerAccess, onRows: (rows: number) => void) {
    this.#deps = deps
    this.#access = access
    this.#onRows = onRows
  }

  /** Makes the document of a job. @throws AxisorError as the account, the exchange and the ledger */
  async make(job: Job): Promise<LedgerResult> {
    const { store, worker, openReader, log } = this.#deps
    const { userId, userName, name, request } = job
    requireWanted(job)
    const held = await this.#access.hold(userId, userName, () => {
      job.isCanceled = true
    })
    try {
      await untilSnapshot(held.store, this.#deps.clock, SNAPSHOT_MS)
      requireWanted(job)
      const holdsLease = () => held.ownership?.isOwner() ?? true
      if (!holdsLease())
        throw new AxisorError(
          'unavailable',
          'another relay of the cluster holds this account: retry on a new connection',
        )
      const sealed = await wrapDatabaseErrors(store.account(userId))
      const keyVersion = sealed?.updatedAt ?? 0
      this.#requireAccepted(userId, keyVersion)
      const reader = await openReader(
        { userId, userName, sealed },
        {
          holdsLease: () => !job.isCanceled && holdsLease(),
          clockOffsetMs: held.store.state().status?.clockOffsetMs ?? null,
        },
      )
      const onRows = (rows: number) => {
        this.#onRows(Math.max(0, rows - job.rows))
        job.rows = rows
      }
      const reads = {
        read: async (route: string, query: object | undefined) => {
          requireWanted(job)
          return reader.read(route, query)
        },
      }
      try {
        const network = sealed?.network ?? 'simulator'
        const permissions = held.store.state().status?.key ?? null
        const keep = name === 'story' ? { keep: { notices: await readNotices(this.#deps, userId) } } : {}
        const result = await worker.run(
          { userId, keyVersion, network, permissions, name, request, ...keep },
          reads,
          onRows,
        )
        if (result.damagedPath !== null) log.warn('damaged ledger kept aside', { user: userId })
        return result
      } catch (error) {
        if (error instanceof AxisorError && error.code === 'key-refused')
          this.#refused.set(userId, { keyVersion, error, until: this.#deps.clock.nowMs() + REFUSED_MS })
        throw error
      } finally {
        reader.close()
      }
    } finally {
      held.release()
    }
  }

  #requireAccepted(userId: string, keyVersion: number): void {
    const refused = this.#refused.get(userId)
    if (refused === undefined) return
    if (refused.keyVersion === keyVersion && this.#deps.clock.nowMs() < refused.until) throw refused.error
    this.#refused.delete(userId)
  }
}

function requireWanted({ isCanceled }: Job): void {
  if (isCanceled) throw new AxisorError('unavailable', 'the reading of the history was ended: try again')
}
