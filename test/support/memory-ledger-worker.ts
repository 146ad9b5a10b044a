import { createHash } from 'node:crypto'
import { LedgerJobs } from '../../src/commands/relay/ledger/ledger-jobs.ts'
import type { World } from '../../src/ports/world.ts'
import { memoryLedgers } from './memory-ledgers.ts'

/** Returns a port whose worker makes documents on this thread, from ledgers in memory. */
export function memoryLedgerWorker(
  clock: World['clock'],
): Pick<World, 'openLedgerWorker' | 'removeOtherLedgers'> {
  const { openLedger } = memoryLedgers()
  return {
    async openLedgerWorker(_place, writer) {
      const jobs = new LedgerJobs({
        clock,
        writer,
        sha256: text => createHash('sha256').update(text).digest('hex'),
        openLedger: name =>
          openLedger(name && { network: name.network, accountId: `${name.userId}.${name.accountId}` }),
        findLedger: async () => null,
        removeOthers() {},
      })
      return {
        run: (...job) => jobs.run(...job),
        keep: items => jobs.keep(items),
        retain: userIds => jobs.retain(userIds),
        crashes: 0,
        close: () => jobs.close(),
      }
    },
    removeOtherLedgers: async () => {},
  }
}
