import { AxisorError } from '../domain/error.ts'
import { stateFolder } from './profiles.ts'
import type { RawSetting } from './raw-setting.ts'
import type { SettingSources } from './setting-sources.ts'

const VARIABLE = 'AXISOR_RELAY_DATABASE'
const SETTING = 'relayDatabase'

/** The database of a relay's users. */
export interface RelayDatabase {
  /** `sqlite:PATH` or `postgres://…`. May contain a password. */
  readonly address: string
  /** The password in the address, or null. */
  readonly password: string | null
  /** Default path of the master key file. */
  readonly keyPath: string
  /** Folder of the accounts' ledgers, beside an SQLite database; null for PostgreSQL. */
  readonly ledgerFolder: string | null
  /** Path of the file in the state folder, if no setting names a database; else null. */
  readonly defaultPath: string | null
}

/** All that the address of the database can come from; `flag` is null if absent. */
interface DatabaseSources extends Pick<SettingSources, 'env' | 'file'> {
  readonly flag: string | null
}

function setting({ flag, env, file }: DatabaseSources): RawSetting | null {
  if (flag !== null) return { text: flag, origin: 'flag', place: '--database' }
  const variable = env[VARIABLE]
  if (variable) return { text: variable, origin: 'environment', place: VARIABLE }
  const value = file?.values[SETTING]
  return file && value ? { text: value, origin: 'file', place: `${SETTING} in ${file.path}` } : null
}

/** Finds the password between colon and `@`, even in a malformed address, or in a query parameter. */
function passwordIn(address: string): string | null {
  const [, inAuthority = null] = /^\w+:\/\/[^/?#@:]*:(.*)@/s.exec(address) ?? []
  const [, inQuery = null] = /[?&]password=([^&]*)/.exec(address) ?? []
  const text = inAuthority ?? inQuery
  if (text === null || text === '') return null
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Returns a key file name per database, so that a new master key of one does not make the keys of another unreadable. */
function postgresKeyName(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  const parts = [url?.searchParams.get('host') || url?.host, url?.searchParams.get('dbname') || url?.pathname]
  const name = parts.map(part => (part ?? '').replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-+|-+$/g, ''))
  return ['relay', ...name.filter(part => part !== '')].join('-').concat('.key')
}

function sqliteDatabase(address: string, path: string): RelayDatabase {
  const base = path.replace(/\.(db|sqlite3?)$/, '')
  const keyPath = `${base}.key`
  return { address, password: null, keyPath, ledgerFolder: `${base}-ledgers`, defaultPath: null }
}

/**
 * Returns the database from the flag, the environment or the config file, in this order. Default: a file in the state folder.
 * @throws AxisorError usage or config, for an invalid address, or a password that other users could read
 */
export function relayDatabaseOf(sources: DatabaseSources): RelayDatabase {
  const found = setting(sources)
  if (found === null) {
    const path = `${stateFolder(sources.env)}/relay.db`
    return { ...sqliteDatabase(`sqlite:${path}`, path), defaultPath: path }
  }
  const { text: address, origin, place } = found
  const code = origin === 'flag' ? 'usage' : 'config'
  if (/^postgres(ql)?:\/\//.test(address)) {
    const password = passwordIn(address)
    const why = {
      flag: 'other users of this machine can read the command line',
      file: 'the file must not contain secrets',
    }
    if (password !== null && origin !== 'environment')
      throw new AxisorError(code, `a password in ${place} rejected: ${why[origin]}`, {
        hint: `Leave it out and set PGPASSWORD, or set ${VARIABLE} in the environment.`,
      })
    const keyPath = `${stateFolder(sources.env)}/${postgresKeyName(address)}`
    return { address, password, keyPath, ledgerFolder: null, defaultPath: null }
  }
  const [, path] = /^sqlite:(?:\/\/(?=\/))?([^\0]+)$/.exec(address) ?? []
  if (path !== undefined) return sqliteDatabase(address, path)
  throw new AxisorError(code, `${place}: neither sqlite:PATH nor postgres://…`, {
    hint: 'For example --database sqlite:/var/lib/axisor/relay.db.',
  })
}
