import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { AxisorError } from '../../domain/error.ts'
import type { LedgerTable, LedgerTables } from '../../ledger/rows.ts'
import type { Ledger, LedgerRange } from '../../ports/ledger.ts'
import type { LedgerHistory, OpenedHistory } from '../../ports/ledger-history.ts'
import type { CallName, HistoryCall, HistoryReply, HistoryThreadStart } from './history-messages.ts'
import { startThread } from './start-thread.ts'
import { receivedError } from './worker-messages.ts'

/** Path of the thread's program, beside this file in the sources and in the bundle. */
function defaultEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './history-thread.ts' : './history-thread.cjs'
  return fileURLToPath(new URL(name, import.meta.url))
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Calls the ledger of a thread. A thread that has ended fails all calls. */
class LedgerThreadClient {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #hasEnded = false
  #crashReason: string | null = null

  constructor(path: string, entry: string) {
    this.#worker = startThread(entry, { path } satisfies HistoryThreadStart, reason => {
      this.#crashReason = reason
    })
    this.#worker.on('message', (reply: HistoryReply) => this.#settle(reply))
    this.#worker.on('exit', () => this.#end())
  }

  /** Resolves to the path of the damaged file that was kept aside, or null. @throws AxisorError as `openLedgerFile` */
  async opened(): Promise<string | null> {
    const damagedPath = await this.#wait(0)
    return typeof damagedPath === 'string' ? damagedPath : null
  }

  call(name: CallName, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#hasEnded) return Promise.reject(ended(this.#crashReason))
    this.#lastId += 1
    this.#worker.postMessage({ id: this.#lastId, name, args } satisfies HistoryCall)
    return this.#wait(this.#lastId)
  }

  async close(): Promise<void> {
    if (this.#hasEnded) return
    try {
      await this.call('close')
    } finally {
      await this.terminate()
    }
  }

  async terminate(): Promise<void> {
    this.#end()
    await this.#worker.terminate()
  }

  #wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }))
  }

  #settle(reply: HistoryReply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('error' in reply) pending?.reject(receivedError(reply.error))
    else pending?.resolve(reply.value)
  }

  #end(): void {
    this.#hasEnded = true
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of pending) reject(ended(this.#crashReason))
  }
}

/** `config`: the ledger is opened again. */
function ended(reason: string | null): AxisorError {
  const why = reason === null ? '' : `: ${reason}`
  return new AxisorError('config', `the thread of the ledger has ended${why}`, {
    hint: 'Nothing was lost: what was stored is read again.',
  })
}

/**
 * Opens the ledger in an SQLite file on a thread of its own. `entry`: the program of the thread, for tests.
 * @throws AxisorError as `openLedgerFile`
 */
export async function openThreadedLedger(path: string, entry = defaultEntry()): Promise<OpenedHistory> {
  const client = new LedgerThreadClient(path, entry)
  try {
    const damagedPath = await client.opened()
    return { ledger: ledgerOf(client, path), history: historyOf(client), damagedPath }
  } catch (error) {
    await client.terminate()
    throw error
  }
}

function ledgerOf(client: LedgerThreadClient, path: string): Ledger {
  const read = <Table extends LedgerTable>(table: Table, range: LedgerRange = {}) =>
    client.call('read', table, range) as Promise<readonly LedgerTables[Table][]>
  return {
    path,
    read,
    unfinishedTrades: () => client.call('unfinishedTrades') as ReturnType<Ledger['unfinishedTrades']>,
    async scan(table, visit) {
      for (const row of await read(table)) visit(row)
    },
    routes: () => client.call('routes') as ReturnType<Ledger['routes']>,
    marks: () => client.call('marks') as ReturnType<Ledger['marks']>,
    commit: commit => client.call('commit', commit) as Promise<void>,
    lease: (writer, now, ttlMs) => client.call('lease', writer, now, ttlMs) as Promise<boolean>,
    release: writer => client.call('release', writer) as Promise<void>,
    thinSamples: now => client.call('thinSamples', now) as Promise<void>,
    close: () => client.close(),
  }
}

function historyOf(client: LedgerThreadClient): LedgerHistory {
  return {
    summary: now => client.call('summary', now) as ReturnType<LedgerHistory['summary']>,
    rows: (first, count) => client.call('rows', first, count) as ReturnType<LedgerHistory['rows']>,
    story: tradeId => client.call('story', tradeId) as ReturnType<LedgerHistory['story']>,
  }
}
