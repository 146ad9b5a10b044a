import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readPostgresUrl } from '../../src/node/postgres/postgres-url.ts'
import { openPostgresRelayStore } from '../../src/node/relay-store/postgres-store.ts'
import { type PostgresServer, startPostgres } from '../services/postgres.ts'
import { describeRelayAlertsLaws } from './relay-alerts-laws.ts'
import { describeMigrationLaws, refusal } from './relay-migration-laws.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

const nameOf = (url: string) => new URL(url).pathname.slice(1)
const open = async (url: string) =>
  (await openPostgresRelayStore(readPostgresUrl(url, {}), { use: 'create' })).store

describe.runIf(inject('services').postgres)('with a PostgreSQL (needs its programs)', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())

  const openRig = async () => {
    const url = await server.createDatabase()
    return { open: () => open(url), close: async () => {} }
  }

  describeRelayStoreLaws('in PostgreSQL', openRig)
  describeRelayAlertsLaws('in PostgreSQL', openRig)

  describeMigrationLaws('in PostgreSQL', async () => {
    const url = await server.createDatabase()
    return {
      open: options => openPostgresRelayStore(readPostgresUrl(url, {}), options),
      query: text => server.query(nameOf(url), text),
      close: async () => {},
    }
  })

  test('is backed up and restored by the lines of docs/deploy.md', async () => {
    const url = await server.createDatabase()
    const store = await open(url)
    await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
    await store.close()
    const [from, to] = [nameOf(url), `${nameOf(url)}_restored`]
    const env = { ...process.env, PGHOST: server.folder, PGUSER: 'axisor', PGPASSWORD: server.password }
    const lines = readFileSync('docs/deploy.md', 'utf8').match(/^(pg_dump|pg_restore|createdb) .*$/gm) ?? []
    expect(lines).toHaveLength(4)
    for (const line of lines) {
      // The document names the databases `axisor` and `axisor_restored`, and a file in the current folder.
      const command = line
        .replaceAll('relay.dump', join(server.folder, `${from}.dump`))
        .replace(/\baxisor_restored\b/, to)
        .replace(/=axisor(?= --file)/, `=${from}`)
      expect(spawnSync('sh', ['-c', command], { env, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      })
    }
    const restored = await open(url.replace(from, to))
    expect(await restored.users()).toHaveLength(1)
    await restored.close()
  })

  describe('reports failures in one line without the password', () => {
    const messageOf = async (url: string) => {
      const error = await refusal(open(url))
      expect(`${error.message} ${error.hint} ${JSON.stringify(error)}`).not.toContain(server.password)
      expect(error.message).not.toContain('\n')
      return [error.exitCode, error.code, error.message, error.hint]
    }

    test('a wrong password', async () => {
      expect(await messageOf(server.url('postgres', 'hunter2'))).toEqual([
        4,
        'no-credentials',
        `cannot use the database postgres://axisor@${server.folder}:5432/postgres: wrong user or password`,
        'Set PGPASSWORD, or put the password in AXISOR_RELAY_DATABASE.',
      ])
    })

    test('a missing password', async () => {
      expect((await messageOf(server.url('postgres', '')))[0]).toBe(4)
    })

    test('a missing database', async () => {
      expect((await messageOf(server.url('nothing'))).slice(0, 3)).toEqual([
        2,
        'config',
        `cannot use the database postgres://axisor@${server.folder}:5432/nothing: no such database`,
      ])
    })

    test('no server on the socket', async () => {
      const url = server.url('postgres').replace('axisor-pg-', 'axisor-none-')
      expect((await messageOf(url)).slice(0, 2)).toEqual([5, 'unreachable'])
    })

    test('nothing listening on the port', async () => {
      const closed = createServer()
      await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
      const { port } = closed.address() as { port: number }
      await new Promise(resolve => closed.close(resolve))
      expect(
        (await messageOf(`postgres://a:${'only%20for%20this%20test'}@127.0.0.1:${port}/x`)).slice(0, 3),
      ).toEqual([5, 'unreachable', `cannot connect to 127.0.0.1:${port} (ECONNREFUSED)`])
    })

    test('a server without TLS when TLS is required', async () => {
      expect((await messageOf(`${server.url('postgres')}&sslmode=verify-full`)).slice(0, 2)).toEqual([
        5,
        'tls',
      ])
    })

    test('refuses a user without privileges, and accepts one with just enough', async () => {
      const database = nameOf(await server.createDatabase())
      await server.query(database, `CREATE ROLE guest_${database} LOGIN PASSWORD 'only for this test'`)
      const url = server.url(database).replace('axisor:', `guest_${database}:`)
      expect((await messageOf(url)).slice(0, 2)).toEqual([2, 'config'])
      await (await open(server.url(database))).close()
      await server.query(
        database,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest_${database}`,
      )
      const store = await open(url)
      expect(await store.revision()).toBe(1)
      await store.close()
    })

    test('reports tables that are locked too long, and loses nothing', async () => {
      const url = await server.createDatabase()
      const store = await open(url)
      await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
      const { store: quick } = await openPostgresRelayStore(
        {
          ...readPostgresUrl(url, {}),
          config: { ...readPostgresUrl(url, {}).config, statement_timeout: 100, lock_timeout: 0 },
        },
        { use: 'existing' },
      )
      const holding = server
        .query(nameOf(url), `LOCK TABLE relay_users; SELECT pg_advisory_lock(1); SELECT pg_sleep(30)`)
        .catch((error: unknown) => error)
      await expect
        .poll(
          async () =>
            (await server.query(nameOf(url), `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`)).length,
        )
        .toBe(1)
      await expect(quick.users()).rejects.toMatchObject({ code: 'timeout', exitCode: 5 })
      await server.query(
        nameOf(url),
        `SELECT pg_cancel_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`,
      )
      expect(await holding).toMatchObject({ code: '57014' })
      expect(await quick.users()).toHaveLength(1)
      await Promise.all([quick.close(), store.close()])
    })

    test('reports a connection that ends during a change as one failure', async () => {
      const url = await server.createDatabase()
      const store = await open(url)
      const holding = server
        .query(nameOf(url), 'LOCK TABLE relay_users; SELECT pg_advisory_lock(2); SELECT pg_sleep(30)')
        .catch((error: unknown) => error)
      const waiting = () =>
        server.query(
          nameOf(url),
          `SELECT pid FROM pg_stat_activity WHERE application_name = 'axisor relay' AND wait_event_type = 'Lock'`,
        )
      await expect
        .poll(() => server.query(nameOf(url), `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`))
        .toHaveLength(1)
      const changing = store
        .addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
        .catch((error: unknown) => error)
      await expect.poll(waiting).toHaveLength(1)
      await server.query(
        nameOf(url),
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'axisor relay'
           AND datname = '${nameOf(url)}'`,
      )
      expect(await changing).toMatchObject({ exitCode: 5 })
      await server.query(
        nameOf(url),
        `SELECT pg_cancel_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`,
      )
      await holding
      await expect.poll(() => store.users().catch(() => null)).toEqual([])
      await store.close()
    })

    test('replaces a connection that the server ended', async () => {
      const url = await server.createDatabase()
      const store = await open(url)
      await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
      await server.query(
        nameOf(url),
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'axisor relay'
           AND datname = '${nameOf(url)}'`,
      )
      await expect.poll(() => store.users().catch(() => [])).toHaveLength(1)
      await store.close()
    })
  })
})
