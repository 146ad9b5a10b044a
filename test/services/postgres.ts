import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** A PostgreSQL of the test's own: nobody else can reach it, and it ends with the test. */
export interface PostgresServer {
  /** The folder of its socket. */
  readonly folder: string
  readonly user: string
  readonly password: string
  /** Makes an empty database, and says how to reach it, with the password. */
  createDatabase(): Promise<string>
  /** The address of a database that may not exist, with a password that may be wrong. */
  url(database: string, password?: string): string
  /** Runs one statement as its owner. */
  query(database: string, text: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]>
  /** The text of a dump of a database. */
  dump(database: string): string
  stop(): Promise<void>
}

const INSTALLED = '/usr/lib/postgresql'
const USER = 'axisor'
const PASSWORD = 'only for this test'

/**
 * Waits for the end of its stdin, which comes when the test lets go, however it ends, and then stops the server and takes everything away.
 * A signal to the whole group, as by Ctrl-C, must not end the shell before.
 */
const KEEPER = `trap '' INT TERM HUP
"$@" & server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$0"`

/** The programs of the newest version installed. */
function programs(): string {
  const versions = readdirSync(INSTALLED)
    .map(Number)
    .filter(version => existsSync(join(INSTALLED, String(version), 'bin/initdb')))
  return join(INSTALLED, String(Math.max(...versions)), 'bin')
}

/** PostgreSQL refuses to run as root; then it runs as a user that can do nothing else. */
function runAs(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) }
    } catch {
      // No user of that name.
    }
  }
  throw new Error('no user to run PostgreSQL as')
}

/** Starts a server on a socket in a new folder under the system's temporary one; no port is opened. */
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

/** Until the server says that it is ready, in its log on stderr, which is read to its end. */
function ready(log: NodeJS.ReadableStream): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    log.on('data', chunk => {
      said += String(chunk)
      if (said.includes('ready to accept connections')) resolve()
    })
    log.on('end', () => reject(new Error(`PostgreSQL did not start:\n${said}`)))
  })
}
