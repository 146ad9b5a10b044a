import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** A private PostgreSQL server that ends with the test. */
export interface PostgresServer {
  /** The directory of its socket. */
  readonly folder: string
  readonly user: string
  readonly password: string
  /** Creates an empty database and returns its URL with the password. */
  createDatabase(): Promise<string>
  /** Returns the URL of a database, which need not exist. */
  url(database: string, password?: string): string
  /** Runs one statement as its owner. */
  query(database: string, text: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]>
  /** Returns an SQL dump of a database. */
  dump(database: string): string
  stop(): Promise<void>
}

const INSTALLED = '/usr/lib/postgresql'
const USER = 'axisor'
const PASSWORD = 'only for this test'

/**
 * Waits until stdin is closed, which happens however the test process ends, then stops the server and removes its files.
 * Ignores signals to the process group, such as Ctrl-C.
 */
const KEEPER = `trap '' INT TERM HUP
"$@" & server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$0"`

/** Directory of the programs of the newest installed version. */
function programs(): string {
  const versions = readdirSync(INSTALLED)
    .map(Number)
    .filter(version => existsSync(join(INSTALLED, String(version), 'bin/initdb')))
  return join(INSTALLED, String(Math.max(...versions)), 'bin')
}

/** PostgreSQL refuses to run as root; returns an unprivileged user in that case. */
export function runAs(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) }
    } catch {
      // No such user.
    }
  }
  throw new Error('no user to run PostgreSQL as')
}

/** Starts a server on a socket in a new temporary directory, without a TCP port. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = programs()
  const who = runAs()
  const folder = mkdtempSync(join(tmpdir(), 'axisor-pg-'))
  if (who.uid !== undefined && who.gid !== undefined) chownSync(folder, who.uid, who.gid)
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  writeFileSync(secret, PASSWORD)
  const rules = ['-A', 'scram-sha-256', '-U', USER, `--pwfile=${secret}`]
  const shape = ['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions']
  execFileSync(join(bin, 'initdb'), ['-D', data, ...rules, ...shape], { ...who, cwd: folder, stdio: 'pipe' })
  rmSync(secret)
  const settings = [
    'fsync=off',
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'max_connections=50',
  ]
  const server = [join(bin, 'postgres'), '-D', data, ...settings.flatMap(setting => ['-c', setting])]
  const keeper = spawn('sh', ['-c', KEEPER, folder, ...server], {
    ...who,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const ended = once(keeper, 'exit')
  await ready(keeper.stderr)

  const url = (database: string, password = PASSWORD): string =>
    `postgres://${USER}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(folder)}`

  async function query(database: string, text: string, values: unknown[] = []) {
    const client = new Client({ host: folder, user: USER, password: PASSWORD, database })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text, values)).rows
    } finally {
      await client.end()
    }
  }

  let made = 0
  return {
    folder,
    user: USER,
    password: PASSWORD,
    url,
    query,
    async createDatabase() {
      made += 1
      await query('postgres', `CREATE DATABASE relay_${made}`)
      return url(`relay_${made}`)
    },
    dump: database =>
      execFileSync(join(bin, 'pg_dump'), ['-h', folder, '-U', USER, database], {
        env: { ...process.env, PGPASSWORD: PASSWORD },
        encoding: 'utf8',
      }),
    async stop() {
      keeper.stdin.end()
      await ended
    },
  }
}

/** Resolves once the log on stderr reports that the server is ready; keeps draining the log. */
function ready(log: NodeJS.ReadableStream): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    log.on('data', chunk => {
      text += String(chunk)
      if (text.includes('ready to accept connections')) resolve()
    })
    log.on('end', () => reject(new Error(`PostgreSQL did not start:\n${text}`)))
  })
}
