// The program of the thread that holds the ledger of a screen: SQLite blocks the thread that calls it, for seconds if another process
// has locked the file or the disk is slow.
import { parentPort, workerData } from 'node:worker_threads'
import {
  HISTORY_CALLS,
  type HistoryCall,
  type HistoryReply,
  type HistoryThreadStart,
} from './history-messages.ts'
import { openLedgerFile } from './open-ledger.ts'
import { sentError } from './worker-messages.ts'

const { path } = workerData as HistoryThreadStart

async function serve(): Promise<void> {
  const reply = (message: HistoryReply): void => parentPort?.postMessage(message)
  const { ledger, history, damagedPath } = await openLedgerFile(path)
  const isHistory: ReadonlySet<string> = new Set(HISTORY_CALLS)
  // One after the other: a commit must not overtake the lease before it.
  let last = Promise.resolve()
  parentPort?.on('message', ({ id, name, args }: HistoryCall) => {
    last = last.then(async () => {
      try {
        const owner: object = isHistory.has(name) ? history : ledger
        const method: unknown = Reflect.get(owner, name)
        if (typeof method !== 'function') throw new TypeError(`no call ${name}`)
        reply({ id, value: await Reflect.apply(method, owner, args) })
      } catch (error) {
        reply({ id, error: sentError(error) })
      }
    })
  })
  reply({ id: 0, value: damagedPath })
}

serve().catch((error: unknown) => {
  parentPort?.postMessage({ id: 0, error: sentError(error) } satisfies HistoryReply)
})
