import { openMemoryLedger } from '../../src/node/ledger/open-ledger.ts'
import type { LedgerFile, OpenedLedger } from '../../src/ports/ledger.ts'
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
        // Commands close what they open, and the next one opens it again.
        ledger: Object.assign(Object.create(ledger) as typeof ledger, { path, close: async () => {} }),
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
