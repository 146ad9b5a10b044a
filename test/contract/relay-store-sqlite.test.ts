import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRelayStore } from '../../src/node/relay-store/open.ts'
import { MIGRATIONS } from '../../src/node/relay-store/schema.ts'
import { openSqliteRelayStore, type SqliteOptions } from '../../src/node/relay-store/sqlite-store.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import { describeRelayAlertsLaws } from './relay-alerts-laws.ts'
import { describeMigrationLaws, refusal } from './relay-migration-laws.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'axisor-relay-'))

const open = async (path: string, options?: Partial<SqliteOptions>): Promise<RelayStore> =>
  openSqliteRelayStore(path, { use: 'create', ...options }).store

const openRig = async () => {
  const folder = newFolder()
  return {
    open: () => open(join(folder, 'relay.db')),
    close: async () => rmSync(folder, { recursive: true }),
  }
}

describeRelayStoreLaws('in SQLite', openRig)
describeRelayAlertsLaws('in SQLite', openRig)

describeMigrationLaws('in SQLite', async () => {
  const folder = newFolder()
  const path = join(folder, 'relay.db')
  return {
    open: async options => openSqliteRelayStore(path, options),
    async query(text) {
      if (!existsSync(path)) throw new Error('there is no file')
      const database = new DatabaseSync(path)
      try {
        return database.prepare(text).all()
      } finally {
        database.close()
      }
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
})

/**
 * A program that opens a database in its own process and prints the result. It changes its user after the code is
 * loaded, because that user may not be able to read the project's folder.
 */
const OPENER = `
const { openSqliteRelayStore } = await import(process.argv[1])
const id = Number(process.argv[4] ?? 0)
if (id > 0) {
  process.setgroups([])
  process.setgid(id)
  process.setuid(id)
}
try {
  const { store } = openSqliteRelayStore(process.argv[2], { use: 'create' })
  await store.addUser({ id: process.argv[3], name: process.argv[3], createdAt: 5 })
  await store.close()
  console.log('done')
} catch (error) {
  console.log(error.exitCode, error.message, '|', error.hint)
}`

/** A thread that opens a new database in each round, at the moment at which all others do. */
const OPENING_THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const { arrived, count, rounds, folder } = workerData
import(${JSON.stringify(join(import.meta.dirname, '../../src/node/relay-store/sqlite-store.ts'))})
  .then(async ({ openSqliteRelayStore }) => {
    for (let round = 1; round <= rounds; round++) {
      Atomics.add(arrived, 0, 1)
      while (Atomics.load(arrived, 0) < round * count) {}
      const { store } = openSqliteRelayStore(folder + '/' + round + '.db', { use: 'create' })
      await store.close()
    }
    parentPort.postMessage('done')
  })
  .catch(error => {
    Atomics.add(arrived, 0, rounds * count)
    parentPort.postMessage(error.message)
  })`

const opener = (path: string, user: string, ...asWhom: readonly string[]) => [
  '--input-type=module',
  '-e',
  OPENER,
  join(import.meta.dirname, '../../src/node/relay-store/sqlite-store.ts'),
  path,
  user,
  ...asWhom,
]

describe('a SQLite file', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = newFolder()
    path = join(folder, 'state/axisor/relay.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** The message that a user sees. */
  const messageOf = async (options?: Partial<SqliteOptions>) => {
    const { exitCode, message, hint } = await refusal(open(path, options))
    return [exitCode, message, hint]
  }
  const place = (content: string | Buffer, mode = 0o600) => {
    mkdirSync(join(folder, 'state/axisor'), { recursive: true })
    writeFileSync(path, content, { mode })
  }

  test('is private to this user with its side files, in a private folder', async () => {
    const store = await open(path)
    await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
    for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state/axisor')).mode & 0o777).toBe(0o700)
    await store.close()
  })

  test('is in the state folder by default', async () => {
    const { store } = await openRelayStore(null, 'create', { XDG_STATE_HOME: join(folder, 'state') })
    await store.close()
    expect(statSync(path).size).toBeGreaterThan(0)
    await expect(openRelayStore(null, 'create', {})).rejects.toMatchObject({ exitCode: 2 })
    await expect(openRelayStore('mysql://x', 'create', {})).rejects.toMatchObject({ exitCode: 2 })
  })

  test('is created once by concurrent processes, without an error', async () => {
    const run = promisify(execFile)
    const openings = Array.from({ length: 6 }, (_, i) => run(process.execPath, opener(path, `u-${i}`)))
    for (const { stdout, stderr } of await Promise.all(openings))
      expect([stdout, stderr]).toEqual(['done\n', ''])
    const store = await open(path)
    expect(await store.users()).toHaveLength(6)
    await store.close()
  }, 30_000)

  test('is created once by threads that open it at the same moment', async () => {
    const arrived = new Int32Array(new SharedArrayBuffer(4))
    const workerData = { arrived, count: 8, rounds: 40, folder }
    const threads = Array.from({ length: 8 }, () => new Worker(OPENING_THREAD, { eval: true, workerData }))
    const results = await Promise.all(threads.map(thread => once(thread, 'message')))
    await Promise.all(threads.map(thread => thread.terminate()))
    expect(results.flat()).toEqual(Array(8).fill('done'))
  }, 60_000)

  test('is refused if other users can read it', async () => {
    place('', 0o644)
    chmodSync(path, 0o644)
    expect(await messageOf()).toEqual([
      2,
      `other users can read the database ${path}`,
      'Run chmod 600 on it.',
    ])
  })

  test('is refused and unchanged if it is not a database', async () => {
    place('these are my notes, and they are long enough to fill a page '.repeat(40))
    const before = readFileSync(path)
    expect(await messageOf()).toEqual([
      2,
      `cannot use the database ${path}: it is not a database`,
      'Nothing was changed; check the path.',
    ])
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('is refused and unchanged if it belongs to another program', async () => {
    place('')
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    const before = readFileSync(path)
    expect(await messageOf()).toEqual([
      2,
      `${path} is a database of another program`,
      'Choose another path with --database sqlite:PATH.',
    ])
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('is reported as damaged when it is opened', async () => {
    const store = await open(path)
    for (let i = 0; i < 400; i += 1) await store.addUser({ id: `u-${i}`, name: `name ${i}`, createdAt: i })
    await store.close()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4_096 * 3, 4_096 * 12)
    writeFileSync(path, bytes)
    const [exitCode, message, hint] = await messageOf()
    expect(exitCode).toBe(2)
    expect(message).toMatch(/damaged$/)
    expect(hint).toContain('restore a backup')
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  test('is refused if its path is a folder, or leads through a file', async () => {
    mkdirSync(path, { recursive: true })
    expect((await messageOf())[1]).toBe(`cannot use the database ${path}: it is a directory`)
    rmSync(join(folder, 'state'), { recursive: true })
    writeFileSync(join(folder, 'state'), '')
    expect((await messageOf())[1]).toBe(
      `cannot use the database ${path}: a part of the path is not a directory`,
    )
  })

  test('keeps its data and reports a full disk when it cannot grow', async () => {
    const store = await open(path, { maxPages: 40 })
    let added = 0
    let failure: unknown = null
    while (failure === null && added < 10_000) {
      const user = { id: `u-${added}`, name: `name ${added}`, createdAt: added }
      await store.addUser(user).then(
        () => {
          added += 1
        },
        error => {
          failure = error
        },
      )
    }
    expect(failure).toMatchObject({
      exitCode: 2,
      message: `cannot use the database ${path}: the disk is full`,
      hint: 'Nothing was changed; free some space and try again.',
    })
    expect(added).toBeGreaterThan(20)
    expect(await store.users()).toHaveLength(added)
    expect(await store.revision()).toBe(1 + added)
    await store.removeUser('u-0')
    await store.close()
    const again = await open(path)
    expect(await again.users()).toHaveLength(added - 1)
    await again.close()
  })

  test('is not left incomplete when space runs out during its creation', async () => {
    expect((await messageOf({ maxPages: 3 }))[1]).toBe(`cannot use the database ${path}: the disk is full`)
    const store = await open(path)
    expect(await store.users()).toEqual([])
    await store.close()
  })

  test('is reported as locked by another program after a while, and works when released', async () => {
    await (await open(path)).close()
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    expect((await messageOf())[1]).toBe(`cannot use the database ${path}: another program has locked it`)
    other.close()
    await (await open(path)).close()
  }, 20_000)

  test.runIf(process.getuid?.() === 0)('can be read only (as root: by another user)', async () => {
    const otherUser = 65_534
    await (await open(path)).close()
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'state'), 0o755)
    chmodSync(join(folder, 'state/axisor'), 0o755)
    const runOpener = () =>
      spawnSync(process.execPath, opener(path, 'u-1', String(otherUser)), { encoding: 'utf8' }).stdout
    expect(runOpener()).toMatch(
      /^2 cannot use the database \S+: (it cannot be opened|it is read-only|permission denied) \| /,
    )
    chownSync(path, otherUser, otherUser)
    chmodSync(path, 0o400)
    expect(runOpener()).toMatch(
      /^2 cannot use the database \S+: (it cannot be opened|it is read-only) \| (Make|Check)/,
    )
  })

  test('prints nothing to stderr on loading, and suppresses no other warning', () => {
    const script = `
      process.getBuiltinModule = id => {
        process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
        process.emitWarning('Something else is experimental', 'ExperimentalWarning')
        return process.mainModule ?? require(id)
      }
      import(${JSON.stringify(opener('', '')[3])}).then(({ openSqliteRelayStore }) => {
        openSqliteRelayStore(${JSON.stringify(path)}, { use: 'create' })
        process.emitWarning('SQLite is loaded', 'ExperimentalWarning')
      })`
    const { stderr } = spawnSync(process.execPath, ['--input-type=commonjs', '-e', script], {
      encoding: 'utf8',
    })
    expect(stderr).not.toContain('might change')
    expect(stderr).toContain('Something else is experimental')
    expect(stderr).toContain('SQLite is loaded')
  })
})

test('released migrations never change', () => {
  expect(MIGRATIONS.slice(0, 3).map(steps => steps.length)).toEqual([5, 3, 8])
})
