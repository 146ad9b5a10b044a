import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteRelayStore } from '../../src/node/relay-store-sqlite.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

describeRelayStoreLaws('in SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-relay-'))
  return {
    open: async () => openSqliteRelayStore(join(folder, 'relay.db')),
    close: async () => rmSync(folder, { recursive: true }),
  }
})
