import { readdirSync, rmSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'
import type { LedgerFile, LedgerName } from '../../ports/ledger.ts'
import type { OpenedHistory } from '../../ports/ledger-history.ts'
import type { DatabaseKind } from '../database/database-kind.ts'
import { openIntact } from '../database/intact.ts'
import type { Migration } from '../database/migrations.ts'
import { IN_MEMORY, openSqlite } from '../database/sqlite.ts'
import { sqliteError } from '../database/sqlite-error.ts'
import { exists } from '../files/file-error.ts'
import { SqliteLedgerHistory } from './ledger-history.ts'
import { SqliteLedger } from './sqlite-ledger.ts'
import { LEDGER_MIGRATIONS } from './tables.ts'

const LEDGER_DATABASE: DatabaseKind = {
  // `AXLD` in ASCII.
  applicationId: 0x4158_4c44,
  schemaTable: 'ledger_schema',
  otherPathHint: 'Move that file away.',
  damagedHint:
    'Run the command again: it keeps the damaged file aside and reads the history from the exchange.',
  notWritableHint: 'Make the file and its directory writable for the user that runs axisor.',
  missingHint: 'Run the command again: it creates the file.',
  inUseHint: 'End every other axisor that uses it.',
  olderHint: 'Run the command again: it migrates the file.',
}

/** Options for tests. */
export interface LedgerFileOptions {
  readonly migrations?: readonly Migration[]
  /** Limit of the file's size in pages, to simulate a full disk. */
  readonly maxPages?: number
  readonly now?: () => number
}

/**
 * Opens the ledger in an SQLite file, and creates or migrates it if needed. A damaged file is kept as `NAME.damaged-TIME` and replaced by
 * an empty one.
 * @throws AxisorError `config`, also for a file of a newer axisor
 */
export async function openLedgerFile(path: string, options: LedgerFileOptions = {}): Promise<OpenedHistory> {
  const { migrations = LEDGER_MIGRATIONS, now = Date.now, ...limits } = options
  const mapped = (error: unknown): unknown => sqliteError(error, path, LEDGER_DATABASE)
  const open = () =>
    openSqlite({ path, kind: LEDGER_DATABASE, use: 'create', migrations, ...limits }).database
  try {
    const { opened, damagedPath } = await openIntact(path, open, now)
    return { ...withHistory(opened, path, mapped), damagedPath }
  } catch (error) {
    throw mapped(error)
  }
}

/** Opens an empty ledger in memory, for a simulated exchange: its rows must never enter a file. */
export function openMemoryLedger(): OpenedHistory {
  const file = {
    path: IN_MEMORY,
    kind: LEDGER_DATABASE,
    use: 'create',
    migrations: LEDGER_MIGRATIONS,
  } as const
  const { database } = openSqlite(file)
  return { ...withHistory(database, null, error => error), damagedPath: null }
}

function withHistory(
  database: DatabaseSync,
  path: string | null,
  mapped: (error: unknown) => unknown,
): Omit<OpenedHistory, 'damagedPath'> {
  const ledger = new SqliteLedger(database, path, mapped)
  return { ledger, history: new SqliteLedgerHistory(ledger, database, mapped) }
}

/**
 * Opens the ledger of this account in the state folder.
 * @throws AxisorError as `openLedgerFile`; also `config` without a state folder
 */
export async function openLedger(name: LedgerName, env: Env): Promise<OpenedHistory> {
  return openLedgerFile(ledgerFilePath(name, env))
}

/** The folder of all ledgers; null without a state folder. */
function ledgerFolder(env: Env): string | null {
  return xdgPath(env, 'state', 'axisor/ledgers')
}

/** Returns the path of an account's ledger. @throws AxisorError `config` without a state folder */
export function ledgerFilePath({ network, accountId }: LedgerName, env: Env): string {
  const folder = ledgerFolder(env)
  if (folder !== null) return `${folder}/${encodeURIComponent(`${network}-${accountId}`.toWellFormed())}.db`
  throw new AxisorError('config', 'no directory for the ledger: HOME is not set', {
    hint: 'Set HOME or XDG_STATE_HOME.',
  })
}

const FILE_NAME = /^([a-z]+)-(.+)\.db$/

/** Returns the files of all ledgers; none if the folder does not exist. */
export function listLedgers(env: Env): readonly LedgerFile[] {
  const folder = ledgerFolder(env)
  if (folder === null) return []
  try {
    return readdirSync(folder).flatMap(file => {
      const [, network, accountId] = FILE_NAME.exec(file) ?? []
      if (network === undefined || accountId === undefined) return []
      const path = `${folder}/${file}`
      return [{ path, network, accountId: decodeURIComponent(accountId), bytes: statSync(path).size }]
    })
  } catch (error) {
    if (!exists(error)) return []
    throw sqliteError(error, folder, LEDGER_DATABASE)
  }
}

/** Deletes the file of a ledger, and before it its side files. @throws AxisorError `config` */
export function removeLedger({ path }: Pick<LedgerFile, 'path'>): void {
  try {
    for (const suffix of ['-wal', '-shm', '.lock', '']) rmSync(path + suffix, { force: true })
  } catch (error) {
    throw sqliteError(error, path, LEDGER_DATABASE)
  }
}
