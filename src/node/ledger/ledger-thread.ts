import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { atMost } from '../../domain/at-most.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type {
  KeepOutcome,
  LedgerJob,
  LedgerReads,
  LedgerResult,
  LedgerWorker,
  LiveRows,
} from '../../ports/ledger-worker.ts'
import { removeOtherLedgers } from './relay-ledgers.ts'
import { startThread } from './start-thread.ts'
import {
  type FromWorker,
  type JobResult,
  receivedError,
  sentError,
  type ToWorker,
  type WorkerStart,
} from './worker-messages.ts'

/** The thread ends if it is idle for so long: its memory is for the relay then. */
const IDLE_MS = 120_000
/** A thread that does not answer for so long while it has work is ended. A report of 100,000 trades takes a second. */
const HUNG_MS = 60_000
const PING_MS = 5_000
/** Time to complete a commit. */
const CLOSE_MS = 3_000

interface Pending {
  readonly reads: LedgerReads | null
  onRows(rows: number): void
  resolve(result: JobResult): void
  reject(error: Error): void
}

/** Path of the thread's program, beside this file in the bundle. */
function defaultEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? '../../ledger-worker.ts' : './ledger-worker.cjs'
  return fileURLToPath(new URL(name, import.meta.url))
}

/** Without the reason, which may quote the data or the paths of another user. */
function ended(): AxisorError {
  return new AxisorError('unavailable', 'the thread of the ledgers has ended', {
    hint: 'Nothing was lost. Try again.',
  })
}

/** Keeps ledgers on a thread, which starts with the first job. After an unexpected end the next job starts another one. */
export class LedgerThread implements LedgerWorker {
  readonly #start: WorkerStart
  readonly #clock: Clock
  readonly #entry: string
  readonly #onCrash: (reason: string) => void
  #worker: Worker | null = null
  #pending = new Map<number, Pending>()
  #lastId = 0
  #heardAt = 0
  #crashes = 0
  /** Why the thread that runs has failed; null if it has not. */
  #crashReason: string | null = null
  #cancelTick: Cancel = () => {}
  #isClosed = false
  #onClosed: () => void = () => {}

  /**
   * `onCrash` is called with the reason of each unexpected end. It is for a log that only the operator reads. `entry`: the program of the
   * thread, for tests.
   */
  constructor(
    start: WorkerStart,
    clock: Clock,
    onCrash: (reason: string) => void,
    entry: string = defaultEntry(),
  ) {
    this.#start = start
    this.#clock = clock
    this.#onCrash = onCrash
    this.#entry = entry
  }

  get crashes(): number {
    return this.#crashes
  }

  async run(job: LedgerJob, reads: LedgerReads, onRows: (rows: number) => void): Promise<LedgerResult> {
    const result = await this.#request(id => ({ type: 'run', id, job }), reads, onRows)
    if (result === null || !('body' in result)) throw new TypeError('a job has no result')
    return result
  }

  async keep(items: readonly LiveRows[]): Promise<readonly KeepOutcome[]> {
    const result = await this.#request(id => ({ type: 'keep', id, items }))
    if (result === null || 'body' in result) throw new TypeError('rows have no outcome')
    return result
  }

  async retain(userIds: readonly string[]): Promise<void> {
    const { place } = this.#start
    // The database deletes them with their user.
    if ('database' in place) return
    // Without a thread no file is open.
    if (this.#worker === null) removeOtherLedgers(place.folder, userIds)
    else await this.#request(id => ({ type: 'retain', id, userIds }))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    if (worker === null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onClosed = resolve
    worker.postMessage({ type: 'close' } satisfies ToWorker)
    await atMost(this.#clock, CLOSE_MS, promise)
    await this.#end(worker)
  }

  #request(
    messageOf: (id: number) => ToWorker,
    reads: LedgerReads | null = null,
    onRows: (rows: number) => void = () => {},
  ): Promise<JobResult> {
    if (this.#isClosed) return Promise.reject(ended())
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const worker = this.#running()
      // An idle thread is silent.
      if (this.#pending.size === 0) this.#heardAt = this.#clock.nowMs()
      this.#pending.set(id, { reads, onRows, resolve, reject })
      worker.postMessage(messageOf(id))
    })
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = startThread(this.#entry, this.#start, reason => {
      this.#crashReason = reason
    })
    this.#crashReason = null
    worker.on('message', (message: FromWorker) => this.#onMessage(worker, message))
    worker.on('exit', code => this.#onExit(worker, code))
    this.#worker = worker
    this.#heardAt = this.#clock.nowMs()
    this.#tick(worker)
    return worker
  }

  #onMessage(worker: Worker, message: FromWorker): void {
    if (worker !== this.#worker) return
    this.#heardAt = this.#clock.nowMs()
    if (message.type === 'pong') return
    if (message.type === 'closed') {
      this.#onClosed()
      return
    }
    const pending = this.#pending.get(message.id)
    switch (message.type) {
      case 'read':
        void this.#read(worker, message, pending?.reads ?? null)
        break
      case 'rows':
        pending?.onRows(message.rows)
        break
      case 'done':
        this.#pending.delete(message.id)
        pending?.resolve(message.result)
        break
      case 'failed':
        this.#pending.delete(message.id)
        pending?.reject(receivedError(message.error))
        break
    }
  }

  async #read(
    worker: Worker,
    { call, route, query }: Extract<FromWorker, { type: 'read' }>,
    reads: LedgerReads | null,
  ): Promise<void> {
    try {
      const reply = await (reads?.read(route, query) ?? Promise.reject(ended()))
      worker.postMessage({ type: 'reply', call, reply } satisfies ToWorker)
    } catch (error) {
      worker.postMessage({ type: 'refused', call, error: sentError(error) } satisfies ToWorker)
    }
  }

  /** Asks the thread from time to time if it lives, and ends it if it hangs or is idle. */
  #tick(worker: Worker): void {
    this.#cancelTick = this.#clock.after(PING_MS, () => {
      if (worker !== this.#worker) return
      const silentMs = this.#clock.nowMs() - this.#heardAt
      const isBusy = this.#pending.size > 0
      if (silentMs >= (isBusy ? HUNG_MS : IDLE_MS)) {
        if (isBusy) this.#crashReason = `no reply for ${HUNG_MS / 1_000} s`
        else this.#worker = null
        void worker.terminate()
        return
      }
      // A ping of an idle thread would keep it.
      if (isBusy) worker.postMessage({ type: 'ping' } satisfies ToWorker)
      this.#tick(worker)
    })
  }

  #onExit(worker: Worker, code: number): void {
    if (worker !== this.#worker) return
    this.#crashes += 1
    this.#onCrash(this.#crashReason ?? `exit code ${code}`)
    this.#forget()
  }

  #forget(): void {
    this.#worker = null
    this.#cancelTick()
    this.#onClosed()
    const pending = [...this.#pending.values()]
    this.#pending = new Map()
    for (const { reject } of pending) reject(ended())
  }

  async #end(worker: Worker): Promise<void> {
    this.#forget()
    await worker.terminate()
  }
}
