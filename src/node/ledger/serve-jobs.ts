import { parentPort, workerData } from 'node:worker_threads'
import type { Clock } from '../../ports/clock.ts'
import type { LedgerReadReply, LedgerReads, LedgerWorker } from '../../ports/ledger-worker.ts'
import { openClock } from '../clock.ts'
import { openCrypto } from '../crypto.ts'
import { openLedgerFolder, type RelayLedgerStore } from './relay-ledgers.ts'
import {
  type FromWorker,
  type JobResult,
  receivedError,
  sentError,
  type ToWorker,
  type WorkerStart,
} from './worker-messages.ts'

/** What makes documents. */
type Jobs = Pick<LedgerWorker, 'run' | 'keep' | 'retain' | 'close'>

interface JobsDeps {
  readonly clock: Clock
  readonly writer: string
  sha256(text: string): string
  readonly openLedger: RelayLedgerStore['open']
  readonly findLedger: RelayLedgerStore['find']
  removeOthers(userIds: readonly string[]): Promise<void>
}

/** Loads the driver of PostgreSQL only where it is needed. */
async function openLedgers(place: WorkerStart['place']): Promise<RelayLedgerStore> {
  if ('folder' in place) return openLedgerFolder(place.folder)
  const { openPostgresLedgers } = await import('./postgres-ledgers.ts')
  return openPostgresLedgers(place.database, place.env)
}

/** Answers the requests of the main thread with `open`'s jobs. Called once, on the thread of the ledgers. */
export function serveLedgerJobs(open: (deps: JobsDeps) => Jobs): void {
  const port = parentPort
  if (port === null) throw new TypeError('not on a thread')
  const { place, writer } = workerData as WorkerStart
  const ledgers = openLedgers(place)
  const jobs = open({
    clock: openClock(),
    writer,
    sha256: openCrypto().sha256,
    openLedger: async name => (await ledgers).open(name),
    findLedger: async key => (await ledgers).find(key),
    removeOthers: async userIds => (await ledgers).removeOthers(userIds),
  })
  const calls = new Map<number, PromiseWithResolvers<LedgerReadReply>>()
  let lastCall = 0
  const send = (message: FromWorker): void => port.postMessage(message)
  const readsOf = (id: number): LedgerReads => ({
    read(route, query) {
      const call = ++lastCall
      const settled = Promise.withResolvers<LedgerReadReply>()
      calls.set(call, settled)
      send({ type: 'read', id, call, route, query })
      return settled.promise
    },
  })
  const answer = async (id: number, work: () => Promise<JobResult>) => {
    try {
      send({ type: 'done', id, result: await work() })
    } catch (error) {
      send({ type: 'failed', id, error: sentError(error) })
    }
  }
  const settle = (call: number): PromiseWithResolvers<LedgerReadReply> | undefined => {
    const settled = calls.get(call)
    calls.delete(call)
    return settled
  }
  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'run': {
        const { id, job } = message
        void answer(id, () => jobs.run(job, readsOf(id), rows => send({ type: 'rows', id, rows })))
        break
      }
      case 'keep':
        void answer(message.id, () => jobs.keep(message.items))
        break
      case 'retain':
        void answer(message.id, () => jobs.retain(message.userIds).then(() => null))
        break
      case 'reply':
        settle(message.call)?.resolve(message.reply)
        break
      case 'refused':
        settle(message.call)?.reject(receivedError(message.error))
        break
      case 'ping':
        send({ type: 'pong' })
        break
      case 'close':
        void jobs
          .close()
          .then(async () => (await ledgers).close())
          .finally(() => send({ type: 'closed' }))
        break
    }
  })
}
