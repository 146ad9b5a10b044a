import { AxisorError } from '../../domain/error.ts'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'
import type { OpenedRelayStore, RelayBackups, RelayStoreUse } from '../../ports/relay-store.ts'

/** Path of the embedded database. Relative XDG paths are ignored, as XDG requires. */
function embedded(env: Env): string {
  const path = xdgPath(env, 'state', 'axisor/relay.db')
  if (path !== null) return path
  throw new AxisorError('config', 'no directory for the database: HOME is not set', {
    hint: 'Set its path with --database sqlite:PATH.',
  })
}

function isPostgres(database: string): boolean {
  return /^postgres(ql)?:/.test(database)
}

function sqlitePath(database: string | null, env: Env): string {
  const path = database === null ? embedded(env) : /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(database)?.[1]
  if (path !== undefined) return path
  throw new AxisorError('config', 'the database is neither sqlite:PATH nor postgres://…', {
    hint: 'Correct --database or AXISOR_RELAY_DATABASE.',
  })
}

/**
 * Opens a relay's database: `sqlite:PATH`, `postgres://…`, or null for the file in the state directory. Loads only the driver
 * that is needed.
 * @throws AxisorError as specified by the port
 */
export async function openRelayStore(
  database: string | null,
  use: RelayStoreUse,
  env: Env,
): Promise<OpenedRelayStore> {
  if (database !== null && isPostgres(database)) {
    const [{ readPostgresUrl }, { openPostgresRelayStore }] = await Promise.all([
      import('../postgres/postgres-url.ts'),
      import('./postgres-store.ts'),
    ])
    return openPostgresRelayStore(readPostgresUrl(database, env), { use })
  }
  const path = sqlitePath(database, env)
  const { openSqliteRelayStore } = await import('./sqlite-store.ts')
  return openSqliteRelayStore(path, { use })
}

/** Returns the backups of a relay's database. @throws AxisorError as specified by the port */
export async function openRelayBackups(database: string | null, env: Env): Promise<RelayBackups> {
  if (database !== null && isPostgres(database))
    throw new AxisorError('usage', 'PostgreSQL makes and restores backups with its own programs', {
      hint: 'Use pg_dump and pg_restore, as in docs/deploy.md.',
    })
  const path = sqlitePath(database, env)
  const { sqliteBackups } = await import('./sqlite-backup.ts')
  return sqliteBackups(path)
}
