import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { LedgerJobs } from '../../src/commands/relay/ledger/ledger-jobs.ts'
import { openClock } from '../../src/node/clock.ts'
import { LedgerThread } from '../../src/node/ledger/ledger-thread.ts'
import { openLedgerFile } from '../../src/node/ledger/open-ledger.ts'
import type { LedgerReads, LedgerWorker, LiveRows } from '../../src/ports/ledger-worker.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { exchangeReads, job } from '../support/ledger-jobs.ts'
import { openLedgerRelay } from '../support/ledger-relay.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const CRASHING = fileURLToPath(new URL('../support/crashing-ledger-worker.ts', import.meta.url))

const threads: LedgerWorker[] = []
const folders: { remove(): void }[] = []
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close()
  for (const folder of folders.splice(0)) folder.remove()
})

function temporaryFolder(): string {
  const folder = openTempFolder()
  folders.push(folder)
  return folder.path
}

function openThread(
  folder: string,
  clock = openClock(),
  entry?: string,
  onCrash: (reason: string) => void = () => {},
): LedgerThread {
  const thread = new LedgerThread({ place: { folder }, writer: 'relay' }, clock, onCrash, entry)
  threads.push(thread)
  return thread
}

const rowsOf = (body: string) => JSON.parse(body).rows as readonly unknown[]

describe('the thread of the ledgers', () => {
  test('keeps one file per user, readable by its owner only', async () => {
    const folder = temporaryFolder()
    const thread = openThread(folder)
    const reads = exchangeReads()
    const counts: number[] = []
    const { body, etag } = await thread.run(job('deposits'), reads, rows => counts.push(rows))
    expect(JSON.parse(body)).toMatchObject({ origin: 'exchange', network: 'mainnet', source: 'relay' })
    expect(rowsOf(body).length).toBeGreaterThan(0)
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/)
    expect(counts.at(-1)).toBe(rowsOf(body).length)
    await thread.run(job('deposits', 'b2'), exchangeReads(), () => {})
    const files = readdirSync(folder).filter(name => name.endsWith('.db'))
    expect(files.map(name => name.slice(0, 11)).sort()).toEqual(['a1.mainnet-', 'b2.mainnet-'])
    for (const name of readdirSync(folder)) expect(statSync(`${folder}/${name}`).mode & 0o777).toBe(0o600)
  })

  test('reads only what is new after a restart', async () => {
    const folder = temporaryFolder()
    const first = openThread(folder)
    const before = await first.run(job('deposits'), exchangeReads(), () => {})
    await first.close()
    const counts: number[] = []
    const after = await openThread(folder).run(job('deposits'), exchangeReads(), rows => counts.push(rows))
    expect(rowsOf(after.body)).toEqual(rowsOf(before.body))
    expect(counts.at(-1)).toBeLessThan(rowsOf(before.body).length)
  })

  test('deletes the ledger of a removed user, with and without a running thread', async () => {
    const folder = temporaryFolder()
    const thread = openThread(folder)
    for (const user of ['a1', 'b2', 'c3']) await thread.run(job('swaps', user), exchangeReads(), () => {})
    writeFileSync(`${folder}/notes.txt`, '')
    await thread.retain(['b2', 'c3'])
    const users = () => new Set(readdirSync(folder).map(name => name.slice(0, 2)))
    expect(users()).toEqual(new Set(['b2', 'c3', 'no']))
    await thread.close()
    await openThread(folder).retain(['c3'])
    expect(users()).toEqual(new Set(['c3', 'no']))
  })

  test('opens another ledger if the key is replaced by one of another account', async () => {
    const folder = temporaryFolder()
    const thread = openThread(folder)
    await thread.run(job('swaps'), exchangeReads(), () => {})
    const other = exchangeReads()
    const renamed: LedgerReads = {
      async read(route, query) {
        const reply = await other.read(route, query)
        if (route !== 'account') return reply
        const body = JSON.stringify({ ...JSON.parse(reply.body), id: 'another-account' })
        return { ...reply, body }
      },
    }
    await thread.run(job('swaps', 'a1', 2), renamed, () => {})
    expect(readdirSync(folder).filter(name => name.endsWith('another-account.db'))).toHaveLength(1)
  })

  test.each([
    ['exit', /^exit code 1$/],
    ['throw', /^on purpose: row of a1$/],
    ['memory', /memory limit/],
  ])(
    'is replaced after its end by %s, with its reason for the log only; the reading is continued',
    async (how, why) => {
      const folder = temporaryFolder()
      writeFileSync(`${folder}/crash`, how)
      const reasons: string[] = []
      const thread = openThread(folder, openClock(), CRASHING, reason => reasons.push(reason))
      const jobs = ['a1', 'b2'].map(user => thread.run(job('deposits', user), exchangeReads(), () => {}))
      for (const each of jobs)
        await expect(each).rejects.toMatchObject({
          code: 'unavailable',
          message: 'the thread of the ledgers has ended',
        })
      expect(thread.crashes).toBe(1)
      expect(reasons).toEqual([expect.stringMatching(why)])
      const { body } = await thread.run(job('deposits'), exchangeReads(), () => {})
      expect(rowsOf(body).length).toBeGreaterThan(0)
    },
    180_000,
  )

  test('is ended if it hangs', async () => {
    const folder = temporaryFolder()
    writeFileSync(`${folder}/crash`, 'hang')
    const clock = openFakeClock()
    const thread = openThread(folder, clock, CRASHING)
    let error: unknown = null
    const reads = exchangeReads()
    const hung = thread
      .run(job('deposits'), reads, () => {})
      .catch((reason: unknown) => {
        error = reason
      })
    while (reads.routes.length === 0) await clock.settle()
    while (error === null) await clock.advance(5_000)
    await hung
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(thread.crashes).toBe(1)
  })

  test('rejects jobs after it was closed', async () => {
    const thread = openThread(temporaryFolder())
    await thread.close()
    await expect(thread.run(job('swaps'), exchangeReads(), () => {})).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  test('passes an error of the exchange on', async () => {
    const { AxisorError } = await import('../../src/domain/error.ts')
    const reads: LedgerReads = {
      read: () => Promise.reject(new AxisorError('key-refused', 'answered 401', { hint: 'h' })),
    }
    await expect(openThread(temporaryFolder()).run(job('swaps'), reads, () => {})).rejects.toMatchObject({
      ...{ name: 'AxisorError', code: 'key-refused', message: 'answered 401', hint: 'h' },
    })
  })
})

test('two relays on one folder: one writes at a time, and both have the same rows', async () => {
  const folder = temporaryFolder()
  const relays = ['one', 'two'].map(writer => {
    const thread = new LedgerThread({ place: { folder }, writer }, openClock(), () => {})
    threads.push(thread)
    return thread
  })
  const results = await Promise.all(
    relays.map(relay => relay.run(job('deposits'), exchangeReads(), () => {})),
  )
  const [first, second] = results.map(({ body }) => rowsOf(body))
  expect(first?.length).toBeGreaterThan(0)
  expect(second).toEqual(first)
})

test('a full disk is an error of the documents only', async () => {
  const folder = temporaryFolder()
  const rig = await openLedgerRelay({
    isReal: true,
    worker: ({ clock }) => {
      const jobs = new LedgerJobs({
        ...{ clock, writer: 'relay' },
        sha256: text => createHash('sha256').update(text).digest('hex'),
        openLedger: () => openLedgerFile(`${folder}/full.db`, { maxPages: 30 }),
        findLedger: async () => null,
        removeOthers() {},
      })
      const run: LedgerWorker['run'] = (...args) => jobs.run(...args)
      return {
        run,
        keep: items => jobs.keep(items),
        retain: async () => {},
        crashes: 0,
        close: () => jobs.close(),
      }
    },
  })
  const { status, body } = await rig.document('/v1/audit')
  expect([status, JSON.parse(body).message]).toEqual([
    503,
    'the relay cannot keep the ledger of this account: see its log',
  ])
  expect(rig.logged.join()).toMatch(/disk|full/)
  const snapshot = await rig.get('/v1/snapshot')
  expect([snapshot.status, JSON.parse(snapshot.body).type]).toEqual([200, 'data_update'])
  await rig.world.clock.advance(10_000)
  expect(rig.relay.accounts()).toEqual(expect.arrayContaining([expect.objectContaining({ isStale: false })]))
})

describe('rows without a request', () => {
  const live = (userId: string, keyVersion: number): LiveRows => ({
    ...{ userId, keyVersion, network: 'mainnet' },
    rows: { canceledOrders: [{ id: 'c1', side: 'long', quantityUsd: 5, priceUsd: 6, canceledAt: 7 }] },
  })
  const stored = async (folder: string, userId: string) => {
    const [file] = readdirSync(folder).filter(name => name.startsWith(userId) && name.endsWith('.db'))
    const { ledger } = await openLedgerFile(`${folder}/${file}`)
    const rows = await ledger.read('canceledOrders')
    await ledger.close()
    return rows
  }

  test('enter only the ledger whose account was found by the same key, also after a restart', async () => {
    const folder = temporaryFolder()
    const first = openThread(folder)
    expect(await first.keep([live('a1', 1)])).toEqual(['no-ledger'])
    expect(readdirSync(folder)).toEqual([])
    await first.run(job('swaps'), exchangeReads(), () => {})
    await first.close()
    const thread = openThread(folder)
    expect(await thread.keep([live('a1', 2), live('b2', 1)])).toEqual(['no-ledger', 'no-ledger'])
    expect(await thread.keep([live('a1', 1)])).toEqual(['kept'])
    await thread.close()
    expect(await stored(folder, 'a1')).toEqual(live('a1', 1).rows.canceledOrders)
  })

  test('wait for a document if the ledger was damaged, which is kept aside', async () => {
    const folder = temporaryFolder()
    const first = openThread(folder)
    await first.run(job('swaps'), exchangeReads(), () => {})
    await first.close()
    const [file = ''] = readdirSync(folder).filter(name => name.endsWith('.db'))
    writeFileSync(`${folder}/${file}`, 'no database '.repeat(999))
    for (const rest of ['-wal', '-shm']) rmSync(`${folder}/${file}${rest}`, { force: true })
    const thread = openThread(folder)
    expect(await thread.keep([live('a1', 1)])).toEqual(['damaged'])
    expect(readdirSync(folder).filter(name => name.includes('.damaged-'))).toHaveLength(1)
    expect(await thread.keep([live('a1', 1)])).toEqual(['no-ledger'])
    await thread.run(job('swaps'), exchangeReads(), () => {})
    expect(await thread.keep([live('a1', 1)])).toEqual(['kept'])
    await thread.close()
  })

  test('wait while a document of the account is made', async () => {
    const folder = temporaryFolder()
    const thread = openThread(folder)
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const reads = exchangeReads()
    const made = thread.run(
      job('swaps'),
      {
        async read(route, query) {
          if (route === 'swaps') {
            begin()
            await gate
          }
          return reads.read(route, query)
        },
      },
      () => {},
    )
    await begun
    expect(await thread.keep([live('a1', 1)])).toEqual(['busy'])
    open()
    await made
    expect(await thread.keep([live('a1', 1)])).toEqual(['kept'])
  })

  test('of a story are stored before it is made', async () => {
    const folder = temporaryFolder()
    const thread = openThread(folder)
    await thread.run({ ...job('swaps'), keep: live('a1', 1).rows }, exchangeReads(), () => {})
    await thread.close()
    expect(await stored(folder, 'a1')).toHaveLength(1)
  })
})
