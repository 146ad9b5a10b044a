import { statSync } from 'node:fs'
import { AxisorError } from '../../domain/error.ts'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'
import type { FoundOutbox, OpenedOutbox, Outbox } from '../../ports/outbox.ts'
import type { DatabaseKind } from '../database/database-kind.ts'
import { openIntact } from '../database/intact.ts'
import type { Migration } from '../database/migrations.ts'
import { openSqlite, prepareAll } from '../database/sqlite.ts'
import type { SqliteFile } from '../database/sqlite-checks.ts'
import { isDamage, sqliteError } from '../database/sqlite-error.ts'
import { outboxOf } from './outbox.ts'
import { type OpenedSqlite, sqliteOutboxDatabase } from './sqlite-outbox-database.ts'
import { OUTBOX_SQL } from './statements.ts'
import { outboxTables } from './tables.ts'

const OUTBOX_DATABASE: DatabaseKind = {
  // `AXAL` in ASCII.
  applicationId: 0x4158_414c,
  schemaTable: 'outbox_schema',
  otherPathHint: 'Move that file away.',
  damagedHint: 'Restart axisor: it keeps the damaged file aside and starts a new one.',
  notWritableHint: 'Make the file and its directory writable for the user that runs axisor.',
  missingHint: 'Restart axisor: it creates the file.',
  inUseHint: 'End every other axisor that uses it.',
  olderHint: 'Restart axisor: it migrates the file.',
}

/** All migrations in order: a database of version n has had the first n. Append only. */
export const OUTBOX_MIGRATIONS: readonly Migration[] = [outboxTables('TEXT PRIMARY KEY')]

/** A file of its own has one outbox. */
const ONLY_USER = 'local'

/** Options for tests. */
export interface OutboxFileOptions {
  readonly migrations?: readonly Migration[]
  /** Limit of the file's size in pages, to simulate a full disk. */
  readonly maxPages?: number
  readonly now?: () => number
}

/** A database with the identity of its file. */
interface OpenedFile extends OpenedSqlite {
  readonly inode: bigint
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

function openFile(file: SqliteFile): OpenedFile {
  const { database } = openSqlite(file)
  try {
    return { database, statements: prepareAll(database, OUTBOX_SQL), inode: inodeOf(file.path) ?? 0n }
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens the outbox in an SQLite file, and creates or migrates it if needed. A damaged file is kept as `NAME.damaged-TIME` and replaced by
 * a new one. Several processes may share a file. Every call runs synchronously; the promises only satisfy the port.
 * @throws AxisorError `config`
 */
export async function openOutboxFile(path: string, options: OutboxFileOptions = {}): Promise<OpenedOutbox> {
  const { migrations = OUTBOX_MIGRATIONS, now = Date.now, ...limits } = options
  const file = { path, kind: OUTBOX_DATABASE, use: 'create', migrations, ...limits } as const
  const { opened, damagedPath } = await openIntact(path, () => openFile(file), now).catch(
    (error: unknown) => {
      throw sqliteError(error, path, OUTBOX_DATABASE)
    },
  )
  return { outbox: outboxOn(opened, file), damagedPath }
}

/** Returns the outbox in a file that is open. */
function outboxOn(first: OpenedFile, file: SqliteFile): Outbox {
  const { path } = file
  const mapped = (error: unknown) => sqliteError(error, path, OUTBOX_DATABASE)
  let opened = first

  /** Another process may have set the file aside, or a user removed it: then this one moves on to the new file. */
  function followFile(): void {
    if (inodeOf(path) === opened.inode) return
    const next = openFile(file)
    opened.database.close()
    opened = next
  }

  const database = sqliteOutboxDatabase(work => {
    try {
      if (opened.database.isOpen) followFile()
      return work(opened)
    } catch (error) {
      throw mapped(error)
    }
  })
  return outboxOf(database, ONLY_USER, async () => {
    if (opened.database.isOpen) opened.database.close()
  })
}

/**
 * Opens the outbox of this name in the state folder.
 * @throws AxisorError `config`
 */
export async function openOutbox(name: string, env: Env): Promise<OpenedOutbox> {
  return openOutboxFile(pathOf(name, env))
}

/**
 * Opens the outbox of this name, but leaves a damaged one as it is.
 * @throws AxisorError `config`
 */
export async function findOutbox(name: string, env: Env): Promise<FoundOutbox> {
  const path = pathOf(name, env)
  const file = { path, kind: OUTBOX_DATABASE, use: 'create', migrations: OUTBOX_MIGRATIONS } as const
  try {
    return { outbox: outboxOn(openFile(file), file), damagedPath: null }
  } catch (error) {
    if (isDamage(error)) return { outbox: null, damagedPath: path }
    throw sqliteError(error, path, OUTBOX_DATABASE)
  }
}

/** @throws AxisorError `config` */
function pathOf(name: string, env: Env): string {
  const path = xdgPath(env, 'state', `axisor/alerts/${encodeURIComponent(name.toWellFormed())}.db`)
  if (path !== null) return path
  throw new AxisorError('config', 'no directory for the outbox of the alerts: HOME is not set', {
    hint: 'Set HOME or XDG_STATE_HOME.',
  })
}
