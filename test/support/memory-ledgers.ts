import { openMemoryLedger } from '../../src/node/ledger/open-ledger.ts'
import type { Ledger, LedgerFile, OpenedLedger } from '../../src/ports/ledger.ts'
import type { World } from '../../src/ports/world.ts'

/** Returns ports that open the same ledger in memory each time they are called with the same name. */
export function memoryLedgers(): Pick<World, 'openLedger' | 'listLedgers' | 'removeLedger'> {
  const ledgers = new Map<string, OpenedLedger & { readonly file: LedgerFile }>()
  return {
    async openLedger(name) {
      if (name === null) return openMemoryLedger()
      const path = `/state/${name.network}-${name.accountId}.db`
      const known = ledgers.get(path)
      if (known !== undefined) return known
      const { ledger } = openMemoryLedger()
      const opened = {
        ledger: unclosed(ledger, path),
        damagedPath: null,
        file: { ...name, path, bytes: 1 },
      }
      ledgers.set(path, opened)
      return opened
    },
    listLedgers: async () => [...ledgers.values()].map(({ file }) => file),
    async removeLedger({ path }) {
      ledgers.delete(path)
    },
  }
}

/** The same ledger with a path. Commands close what they open, and the next one opens it again. */
function unclosed(ledger: Ledger, path: string): Ledger {
  return {
    path,
    read: (table, range) => ledger.read(table, range),
    scan: (table, visit, fields) => ledger.scan(table, visit, fields),
    routes: () => ledger.routes(),
    commit: commit => ledger.commit(commit),
    lease: (writer, now, ttlMs) => ledger.lease(writer, now, ttlMs),
    release: writer => ledger.release(writer),
    thinSamples: now => ledger.thinSamples(now),
    close: async () => {},
  }
}
