import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openClock } from '../../src/node/clock.ts'
import { LedgerThread } from '../../src/node/ledger/ledger-thread.ts'
import { openPostgresLedgers } from '../../src/node/ledger/postgres-ledgers.ts'
import { readPostgresUrl } from '../../src/node/postgres/postgres-url.ts'
import { openPostgresRelayStore } from '../../src/node/relay-store/postgres-store.ts'
import { startPgbouncer } from '../services/pgbouncer.ts'
import { type PostgresServer, startPostgres } from '../services/postgres.ts'
import { exchangeReads, job } from '../support/ledger-jobs.ts'
import { openTempFolder } from '../support/temp-folder.ts'
import { deposit, describeLedgerLaws } from './ledger-laws.ts'

const { postgres, pgbouncer } = inject('services')
const NAME = { userId: 'u-1', network: 'mainnet', accountId: 'acc' }

/** A database with a user, and its ledgers. */
async function openDatabase(url: string) {
  const { store } = await openPostgresRelayStore(readPostgresUrl(url, {}), { use: 'create' })
  await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
  const ledgers = openPostgresLedgers(url, {})
  return {
    ...{ store, ledgers },
    async close() {
      await ledgers.close()
      await store.close()
    },
  }
}

async function rigOf(url: string) {
  const { ledgers, close } = await openDatabase(url)
  return { open: async () => (await ledgers.open(NAME)).ledger, close }
}

describe.runIf(postgres)('with a PostgreSQL (needs its programs)', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())

  describeLedgerLaws('in PostgreSQL', async () => rigOf(await server.createDatabase()))

  test('keeps the ledgers of users, networks and accounts apart', async () => {
    const { store, ledgers, close } = await openDatabase(await server.createDatabase())
    await store.addUser({ id: 'u-2', name: 'bob', createdAt: 5 })
    const names = [
      NAME,
      { ...NAME, userId: 'u-2' },
      { ...NAME, network: 'signet' },
      { ...NAME, accountId: 'b' },
    ]
    for (const [index, name] of names.entries()) {
      const { ledger } = await ledgers.open(name)
      await ledger.lease('me', 0, 60_000)
      const rows = { deposits: [{ ...deposit('same'), amountSats: index }] }
      await ledger.commit({ rows, marks: { keyVersion: index + 1 }, writer: 'me' })
    }
    for (const [index, name] of names.entries())
      expect(await (await ledgers.open(name)).ledger.read('deposits')).toMatchObject([{ amountSats: index }])
    const found = await ledgers.find({ userId: 'u-2', network: 'mainnet', keyVersion: 2 })
    if (found === null || found === 'damaged') throw new Error('not found')
    expect(await found.read('deposits')).toMatchObject([{ amountSats: 1 }])
    expect(await ledgers.find({ userId: 'u-2', network: 'mainnet', keyVersion: 3 })).toBeNull()
    await close()
  })

  test('deletes the ledgers of a user with the user, also in the middle of a reading', async () => {
    const url = await server.createDatabase()
    const { store, ledgers, close } = await openDatabase(url)
    const { ledger } = await ledgers.open(NAME)
    await ledger.lease('me', 0, 60_000)
    await ledger.commit({ rows: { deposits: [deposit('a')] }, writer: 'me' })
    await store.removeUser('u-1')
    await expect(ledger.commit({ rows: { deposits: [deposit('b')] }, writer: 'me' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    await expect(ledgers.open(NAME)).rejects.toThrow('the user was removed')
    const left = await server.query(new URL(url).pathname.slice(1), 'SELECT count(*) FROM ledger_deposits')
    expect(left).toEqual([{ count: '0' }])
    await close()
  })

  test('makes the same documents on its thread as from a file, and keeps rows without a request', async () => {
    const url = await server.createDatabase()
    const { store, close } = await openDatabase(url)
    const folder = openTempFolder()
    const bodies: string[] = []
    for (const place of [{ database: url, env: {} }, { folder: folder.path }]) {
      const thread = new LedgerThread({ place, writer: 'relay' }, openClock(), () => {})
      for (const name of ['audit', 'report', 'history', 'tax-events']) {
        const { body } = await thread.run(job(name, 'u-1'), exchangeReads(), () => {})
        bodies.push(body.replaceAll(/"[-0-9]{10}T[^"]*"/g, '"T"'))
      }
      const order = { id: 'c1', side: 'long', quantityUsd: 5, priceUsd: 6, canceledAt: 7 } as const
      const rows = { canceledOrders: [order] }
      const item = { userId: 'u-1', keyVersion: 1, network: 'mainnet', rows } as const
      expect(await thread.keep([item, { ...item, keyVersion: 2 }])).toEqual(['kept', 'no-ledger'])
      await thread.close()
    }
    expect(bodies.slice(0, 4)).toEqual(bodies.slice(4))
    expect((await store.users()).length).toBe(1)
    folder.remove()
    await close()
  })

  test('reports a failing database as the port states, for the log of the relay', async () => {
    const ledgers = openPostgresLedgers(server.url('nothing'), {})
    await expect(ledgers.open(NAME)).rejects.toMatchObject({ code: 'config', message: /no such database/ })
    await ledgers.close()
  })
})

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

  describeLedgerLaws('in PostgreSQL behind PgBouncer', async () =>
    rigOf(bouncer.through(await server.createDatabase())),
  )
})
