import { AxisorError } from '../domain/error.ts'
import { stateFolder } from './profiles.ts'
import type { RawSetting } from './raw-setting.ts'
import type { SettingSources } from './setting-sources.ts'

const VARIABLE = 'AXISOR_RELAY_DATABASE'
const SETTING = 'relayDatabase'

/** Where a relay keeps its users. */
export interface RelayDatabase {
  /** `sqlite:PATH` or `postgres://…`, which may hold a password. */
  readonly address: string
  /** The password in it; null when it holds none. */
  readonly password: string | null
  /** The file of the master key, unless the environment names another. */
  readonly keyPath: string
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

/** What stands between the colon and the @, even in an address that is not well formed; or in a parameter. */
function passwordIn(address: string): string | null {
  const [, inName = null] = /^\w+:\/\/[^/?#@:]*:(.*)@/s.exec(address) ?? []
  const [, inQuery = null] = /[?&]password=([^&]*)/.exec(address) ?? []
  const text = inName ?? inQuery
  if (text === null || text === '') return null
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A master key for each database: one that is new for this one must not lock the keys of another. */
function postgresKeyName(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  const words = [url?.searchParams.get('host') || url?.host, url?.searchParams.get('dbname') || url?.pathname]
  const name = words.map(word => (word ?? '').replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-+|-+$/g, ''))
  return ['relay', ...name.filter(word => word !== '')].join('-').concat('.key')
}

/**
 * The database of a relay: flag before environment before config file; else the file in the state folder.
 * @throws AxisorError usage or config, for what is no database, and for a password where others can read it
 */
export function relayDatabaseOf(sources: DatabaseSources): RelayDatabase {
  const found = setting(sources)
  if (found === null) {
    const folder = stateFolder(sources.env)
    return { address: `sqlite:${folder}/relay.db`, password: null, keyPath: `${folder}/relay.key` }
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
    return { address, password, keyPath: `${stateFolder(sources.env)}/${postgresKeyName(address)}` }
  }
  const [, path] = /^sqlite:(?:\/\/(?=\/))?([^\0]+)$/.exec(address) ?? []
  if (path !== undefined)
    return { address, password: null, keyPath: `${path.replace(/\.(db|sqlite3?)$/, '')}.key` }
  throw new AxisorError(code, `${place}: neither sqlite:PATH nor postgres://…`, {
    hint: 'As in --database sqlite:/var/lib/axisor/relay.db.',
  })
}
