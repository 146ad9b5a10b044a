import { openMemoryLedger } from '../../src/node/ledger/open-ledger.ts'
import type { Ledger, LedgerFile } from '../../src/ports/ledger.ts'
import type { OpenedHistory } from '../../src/ports/ledger-history.ts'
import type { World } from '../../src/ports/world.ts'

/** Returns ports that open the same ledger in memory each time they are called with the same name. */
export function memoryLedgers(): Pick<World, 'openLedger' | 'openHistory' | 'listLedgers' | 'removeLedger'> {
  const ledgers = new Map<string, OpenedHistory & { readonly file: LedgerFile }>()
  async function open(name: Parameters<World['openHistory']>[0]): Promise<OpenedHistory> {
    if (name === null) return openMemoryLedger()
    const path = `/state/${name.network}-${name.accountId}.db`
    const known = ledgers.get(path)
    if (known !== undefined) return known
    const { ledger, history } = openMemoryLedger()
    const opened = {
      ledger: unclosed(ledger, path),
      history,
      damagedPath: null,
      file: { ...name, path, bytes: 1 },
    }
    ledgers.set(path, opened)
    return opened
  }
  return {
    openLedger: open,
    openHistory: open,
    listLedgers: async () => [...ledgers.values()].map(({ file }) => file),
    async removeLedger({ path }) {
      ledgers.delete(path)
    },
  }
}

/** The same ledger with a path. Commands close what they open, and the next one opens it again. */
function unclosed(ledger: Ledger, path: string): Ledger {
  return ledgerWith(ledger, { path, close: async () => {} })
}

/** A ledger with some methods replaced. */
export function ledgerWith(ledger: Ledger, over: Partial<Ledger>): Ledger {
  return {
    path: ledger.path,
    read: (table, range) => ledger.read(table, range),
    unfinishedTrades: () => ledger.unfinishedTrades(),
    scan: (table, visit, fields) => ledger.scan(table, visit, fields),
    routes: () => ledger.routes(),
    marks: () => ledger.marks(),
    commit: commit => ledger.commit(commit),
    lease: (writer, now, ttlMs) => ledger.lease(writer, now, ttlMs),
    release: writer => ledger.release(writer),
    thinSamples: now => ledger.thinSamples(now),
    close: () => ledger.close(),
    ...over,
  }
}
