import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readPostgresUrl } from '../../src/node/postgres/postgres-url.ts'
import { openPostgresRelayStore } from '../../src/node/relay-store/postgres-store.ts'
import { startPgbouncer } from '../services/pgbouncer.ts'
import { type PostgresServer, startPostgres } from '../services/postgres.ts'
import { describeRelayAlertsLaws } from './relay-alerts-laws.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

const { postgres, pgbouncer } = inject('services')

describe.runIf(postgres && pgbouncer)('with PgBouncer (needs PostgreSQL and PgBouncer)', () => {
  let server: PostgresServer
  let bouncer: Awaited<ReturnType<typeof startPgbouncer>>
  beforeAll(async () => {
    server = await startPostgres()
    bouncer = await startPgbouncer(server)
  }, 60_000)
  afterAll(async () => {
    await bouncer?.stop()
    await server?.stop()
  })

  const open = async (url: string) =>
    (await openPostgresRelayStore(readPostgresUrl(url, {}), { use: 'create' })).store

  const openRig = async () => {
    const url = bouncer.through(await server.createDatabase())
    return { open: () => open(url), close: async () => {} }
  }

  describeRelayStoreLaws('in PostgreSQL behind PgBouncer', openRig)
  describeRelayAlertsLaws('in PostgreSQL behind PgBouncer', openRig)

  test('leaves no setting of its own on a connection that others share', async () => {
    const url = await server.createDatabase()
    const store = await open(bouncer.through(url))
    await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
    const other = new Client({ connectionString: bouncer.through(url) })
    await other.connect()
    expect((await other.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '0' }])
    expect((await other.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
    await other.end()
    await store.close()
  })
})

describe.runIf(postgres)('the change of a database password (needs PostgreSQL)', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())

  test('works by a second user, as documented, without a pause', async () => {
    const database = new URL(await server.createDatabase()).pathname.slice(1)
    const as = (user: string) => server.url(database, 'only for it').replace('axisor:', `${user}:`)
    const open = async (user: string) =>
      (await openPostgresRelayStore(readPostgresUrl(as(user), {}), { use: 'create' })).store
    const run = (text: string) => server.query(database, text)
    await run(`CREATE ROLE relay_a LOGIN PASSWORD 'only for it'`)
    await run(`ALTER DATABASE ${database} OWNER TO relay_a`)
    const first = await open('relay_a')
    await first.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
    await run(`CREATE ROLE relay_b LOGIN PASSWORD 'only for it' IN ROLE relay_a`)
    const second = await open('relay_b')
    await second.addUser({ id: 'u-2', name: 'bob', createdAt: 6 })
    expect(await first.users()).toHaveLength(2)
    await first.close()
    await run('REASSIGN OWNED BY relay_a TO relay_b; DROP OWNED BY relay_a; DROP ROLE relay_a')
    expect(await second.removeUser('u-1')).toBe(true)
    await second.close()
    const again = await open('relay_b')
    expect(await again.users()).toHaveLength(1)
    await again.close()
  })
})
