import { AxisorError } from '../../../domain/error.ts'
import type { CrossUpdate } from '../../../feed/ledger/ledger-sync.ts'
import { WriterLease } from '../../../feed/ledger/writer-lease.ts'
import type { AccountState } from '../../../ledger/account-state.ts'
import type { LedgerRoute } from '../../../ledger/coverage.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Ledger, OpenedLedger } from '../../../ports/ledger.ts'
import type { KeepOutcome, LedgerJob, LiveRows } from '../../../ports/ledger-worker.ts'
import { decodeAccountFunds } from '../../../wire/lnm/ledger-wallet.ts'
import type { RemoteSource } from './remote-source.ts'

/** Open ledgers. The one that was idle for longest is closed. */
const MAX_OPEN = 16
/** Samples are thinned so often. */
const THIN_MS = 3_600_000

/** Names the ledger of a relay's account. */
interface RelayLedgerName {
  readonly userId: string
  readonly network: string
  readonly accountId: string
}

export interface OpenedLedgersDeps {
  readonly clock: Clock
  /** Writer of this process in the lease of each ledger. */
  readonly writer: string
  /** Opens the ledger of an account; null for one in memory. @throws AxisorError as the ledger */
  openLedger(name: RelayLedgerName | null): Promise<OpenedLedger>
  /** Opens the ledger whose account was found by this version of a key; null if there is none. @throws AxisorError as the ledger */
  findLedger(key: Pick<LedgerJob, 'userId' | 'network' | 'keyVersion'>): Promise<Ledger | 'damaged' | null>
}

/** The open ledger of an account, and when it was read. */
export interface Opened {
  readonly ledger: Ledger
  readonly keyVersion: number
  settled: { readonly at: number; readonly state: AccountState } | null
  cross: { readonly at: number; readonly update: CrossUpdate } | null
  readonly updatedAt: Map<LedgerRoute, number>
  usedAt: number
  /** Settles when it is not in use. */
  idle: Promise<void>
  isBusy: boolean
  /** The exchange's clock minus ours, in ms, as the last job measured it; null for never. */
  offsetMs: number | null
  /** When a document last read the funds for a sample; null if none did. */
  sampledAt: number | null
  /** When the samples were last thinned. */
  thinnedAt: number
}

/** The open ledgers of a relay's accounts. Each is used by one document, or for rows to keep, at a time. */
export class OpenedLedgers {
  readonly #deps: OpenedLedgersDeps
  readonly #onClose: (userId: string, ledger: Ledger | null) => void
  readonly #opened = new Map<string, Opened>()

  /** `onClose` is called for each ledger that is closed. */
  constructor(deps: OpenedLedgersDeps, onClose: (userId: string, ledger: Ledger | null) => void) {
    this.#deps = deps
    this.#onClose = onClose
  }

  /** Opens the ledger of the account that the exchange names. @throws AxisorError as the exchange and the ledger */
  async open(
    { userId, keyVersion, network }: LedgerJob,
    source: RemoteSource,
  ): Promise<{ readonly opened: Opened; readonly damagedPath: string | null }> {
    // Rows may just be stored in it.
    await this.#opened.get(userId)?.idle
    const known = this.#opened.get(userId)
    if (known?.keyVersion === keyVersion) return { opened: known, damagedPath: null }
    if (known !== undefined) await this.#close(userId)
    await this.#closeIdle()
    const { id: accountId } = await source.read('account', decodeAccountFunds, { priority: 'low' })
    const name = network === 'simulator' ? null : { userId, network, accountId }
    const { ledger, damagedPath } = await this.#deps.openLedger(name)
    // Live rows may have opened it meanwhile.
    await this.#opened.get(userId)?.idle
    if (this.#opened.has(userId)) await this.#close(userId)
    return { opened: this.#add(userId, keyVersion, ledger), damagedPath }
  }

  /** Reserves a ledger until the returned function is called. */
  use(opened: Opened): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    opened.idle = promise
    opened.isBusy = true
    return () => {
      opened.usedAt = this.#deps.clock.nowMs()
      opened.isBusy = false
      resolve()
    }
  }

  /** Notes by which key the account of a ledger was found, so that rows are stored in it without a request. */
  async markKey({ ledger, keyVersion }: Opened): Promise<void> {
    if ((await ledger.marks()).keyVersion === keyVersion) return
    const { writer } = this.#deps
    await this.#lease(ledger).tryDuring(() => ledger.commit({ rows: {}, marks: { keyVersion }, writer }))
  }

  /** Stores rows in the ledger of a key, if it exists. */
  async keep(item: LiveRows): Promise<KeepOutcome> {
    try {
      const opened = await this.#find(item)
      if (typeof opened === 'string') return opened
      const end = this.use(opened)
      try {
        const isKept = await this.#lease(opened.ledger).tryDuring(() => this.#store(opened, item))
        return isKept ? 'kept' : 'busy'
      } finally {
        end()
      }
    } catch (error) {
      if (error instanceof AxisorError) return 'failed'
      throw error
    }
  }

  /** Closes the ledgers of all other users, when they are not in use any more. */
  async retain(userIds: readonly string[]): Promise<void> {
    const kept = new Set(userIds)
    for (const [userId, { idle }] of [...this.#opened]) {
      if (kept.has(userId)) continue
      await idle
      await this.#close(userId)
    }
  }

  /** Closes all ledgers. */
  async close(): Promise<void> {
    for (const userId of [...this.#opened.keys()]) await this.#close(userId)
  }

  #add(userId: string, keyVersion: number, ledger: Ledger): Opened {
    const opened: Opened = {
      ...{ ledger, keyVersion, settled: null, cross: null, updatedAt: new Map() },
      ...{ usedAt: this.#deps.clock.nowMs(), idle: Promise.resolve(), isBusy: false },
      offsetMs: null,
      sampledAt: null,
      thinnedAt: Number.NEGATIVE_INFINITY,
    }
    this.#opened.set(userId, opened)
    return opened
  }

  #lease(ledger: Ledger): WriterLease {
    const { clock, writer } = this.#deps
    return new WriterLease(ledger, clock, writer, () => {})
  }

  /** Returns the ledger of a key, if it exists and is not in use; else why not. */
  async #find({ userId, network, keyVersion }: LiveRows): Promise<Opened | 'busy' | 'damaged' | 'no-ledger'> {
    const known = this.#opened.get(userId)
    if (known?.isBusy === true) return 'busy'
    if (known !== undefined) return known.keyVersion === keyVersion ? known : 'no-ledger'
    if (network === 'simulator') return 'no-ledger'
    await this.#closeIdle()
    const ledger = await this.#deps.findLedger({ userId, network, keyVersion })
    if (ledger === null || ledger === 'damaged') return ledger ?? 'no-ledger'
    if (!this.#opened.has(userId)) return this.#add(userId, keyVersion, ledger)
    // A document was requested meanwhile.
    await ledger.close()
    return 'busy'
  }

  async #store(opened: Opened, { rows }: LiveRows): Promise<void> {
    const { clock, writer } = this.#deps
    const { ledger } = opened
    await ledger.commit({ rows, writer })
    const now = clock.nowMs()
    if (now - opened.thinnedAt < THIN_MS) return
    opened.thinnedAt = now
    await ledger.thinSamples(clock.toWall(now))
  }

  async #closeIdle(): Promise<void> {
    const idle = [...this.#opened].filter(([, { isBusy }]) => !isBusy)
    const [longest] = idle.toSorted(([, a], [, b]) => a.usedAt - b.usedAt)
    if (this.#opened.size >= MAX_OPEN && longest !== undefined) await this.#close(longest[0])
  }

  async #close(userId: string): Promise<void> {
    const opened = this.#opened.get(userId)
    this.#opened.delete(userId)
    this.#onClose(userId, opened?.ledger ?? null)
    await opened?.ledger.close()
  }
}
