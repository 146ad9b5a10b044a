import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, runAs } from './postgres.ts'

/** Starts a PgBouncer with transaction pooling in front of a server, with its settings as they are by default. */
export async function startPgbouncer(server: PostgresServer): Promise<{
  /** Returns the URL of a database of the server through the pool. */
  through(url: string): string
  stop(): Promise<void>
}> {
  const who = runAs()
  const folder = mkdtempSync(join(tmpdir(), 'axisor-bouncer-'))
  const users = join(folder, 'users')
  const settings = join(folder, 'settings')
  writeFileSync(users, `"${server.user}" "${server.password}"\n`)
  writeFileSync(
    settings,
    `[databases]
* = host=${server.folder}
[pgbouncer]
listen_addr =
unix_socket_dir = ${folder}
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
server_idle_timeout = 1
`,
  )
  if (who.uid !== undefined && who.gid !== undefined)
    for (const path of [folder, users, settings]) chownSync(path, who.uid, who.gid)
  const child = spawn('/usr/sbin/pgbouncer', [settings], { ...who, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    let text = ''
    child.stderr.on('data', chunk => {
      text += String(chunk)
      if (text.includes('process up')) resolve()
    })
    child.stderr.on('end', () => reject(new Error(`PgBouncer did not start:\n${text}`)))
  })
  return {
    through(url) {
      const pooled = new URL(url)
      pooled.searchParams.set('host', folder)
      pooled.searchParams.set('port', '6432')
      return pooled.href
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}
