import { execFile, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRelayStore } from '../../src/node/relay-store/open.ts'
import { MIGRATIONS } from '../../src/node/relay-store/schema.ts'
import { openSqliteRelayStore, type SqliteOptions } from '../../src/node/relay-store/sqlite-store.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import { describeMigrationLaws, refusal } from './relay-migration-laws.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'axisor-relay-'))

const open = async (path: string, options?: SqliteOptions): Promise<RelayStore> =>
  openSqliteRelayStore(path, options)

describeRelayStoreLaws('in SQLite', async () => {
  const folder = newFolder()
  return {
    open: () => open(join(folder, 'relay.db')),
    close: async () => rmSync(folder, { recursive: true }),
  }
})

describeMigrationLaws('in SQLite', async () => {
  const folder = newFolder()
  const path = join(folder, 'relay.db')
  return {
    open: migrations => open(path, { migrations }),
    async query(text) {
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
 * A program that opens a database in another process and prints the result. It switches to another user once its code is loaded,
 * because that user may have no access to this project.
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
  const store = openSqliteRelayStore(process.argv[2])
  await store.addUser({ id: process.argv[3], name: process.argv[3], createdAt: 5 })
  await store.close()
  console.log('done')
} catch (error) {
  console.log(error.exitCode, error.message, '|', error.hint)
}`

const opener = (path: string, user: string, ...asWhom: readonly string[]) => [
  '--input-type=module',
  '-e',
  OPENER,
  join(import.meta.dirname, '../../src/node/relay-store/sqlite-store.ts'),
  path,
  user,
  ...asWhom,
]

describe('an SQLite file', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = newFolder()
    path = join(folder, 'state/axisor/relay.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** The exit code, message and hint that a user gets. */
  const failure = async (options?: SqliteOptions) => {
    const { exitCode, message, hint } = await refusal(open(path, options))
    return [exitCode, message, hint]
  }
  const writeDatabase = (content: string | Buffer, mode = 0o600) => {
    mkdirSync(join(folder, 'state/axisor'), { recursive: true })
    writeFileSync(path, content, { mode })
  }

  test('has mode 0600, as its companion files, in a directory with mode 0700', async () => {
    const store = await open(path)
    await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
    for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state/axisor')).mode & 0o777).toBe(0o700)
    await store.close()
  })

  test('is in the state directory by default', async () => {
    const store = await openRelayStore(null, { XDG_STATE_HOME: join(folder, 'state') })
    await store.close()
    expect(statSync(path).size).toBeGreaterThan(0)
    await expect(openRelayStore(null, {})).rejects.toMatchObject({ exitCode: 2 })
    await expect(openRelayStore('mysql://x', {})).rejects.toMatchObject({ exitCode: 2 })
  })

  test('is created once by concurrent processes, all of which succeed', async () => {
    const run = promisify(execFile)
    const openings = Array.from({ length: 6 }, (_, i) => run(process.execPath, opener(path, `u-${i}`)))
    for (const { stdout, stderr } of await Promise.all(openings))
      expect([stdout, stderr]).toEqual(['done\n', ''])
    const store = await open(path)
    expect(await store.users()).toHaveLength(6)
    await store.close()
  }, 30_000)

  test('is rejected if other users can read it', async () => {
    writeDatabase('', 0o644)
    chmodSync(path, 0o644)
    expect(await failure()).toEqual([2, `other users can read the database ${path}`, 'Run chmod 600 on it.'])
  })

  test('is left unchanged if it is not a database', async () => {
    writeDatabase('these are my notes, and they are long enough to look at '.repeat(40))
    const before = readFileSync(path)
    expect(await failure()).toEqual([
      2,
      `cannot use the database ${path}: it is not a database`,
      'Nothing was changed; check the path.',
    ])
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('is left unchanged if another program created it', async () => {
    writeDatabase('')
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    const before = readFileSync(path)
    expect(await failure()).toEqual([
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
    const [exitCode, message, hint] = await failure()
    expect(exitCode).toBe(2)
    expect(message).toMatch(/damaged$/)
    expect(hint).toContain('put a backup in its place')
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  test('is rejected if its path is a directory or leads through a file', async () => {
    mkdirSync(path, { recursive: true })
    expect((await failure())[1]).toBe(`cannot use the database ${path}: it is a directory`)
    rmSync(join(folder, 'state'), { recursive: true })
    writeFileSync(join(folder, 'state'), '')
    expect((await failure())[1]).toBe(
      `cannot use the database ${path}: a part of the path is not a directory`,
    )
  })

  test('keeps its content and reports a full disk if it cannot grow', async () => {
    const store = await open(path, { maxPages: 14 })
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

  test('is not left half created on a full disk', async () => {
    expect((await failure({ maxPages: 3 }))[1]).toBe(`cannot use the database ${path}: the disk is full`)
    const store = await open(path)
    expect(await store.users()).toEqual([])
    await store.close()
  })

  test('is reported as locked by another program, and works once released', async () => {
    await (await open(path)).close()
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    expect((await failure())[1]).toBe(`cannot use the database ${path}: another program has locked it`)
    other.close()
    await (await open(path)).close()
  }, 20_000)

  test.runIf(process.getuid?.() === 0)(
    'is rejected if it is read-only (as root: for another user)',
    async () => {
      const nobody = 65_534
      await (await open(path)).close()
      chmodSync(folder, 0o755)
      chmodSync(join(folder, 'state'), 0o755)
      chmodSync(join(folder, 'state/axisor'), 0o755)
      const tell = () =>
        spawnSync(process.execPath, opener(path, 'u-1', String(nobody)), { encoding: 'utf8' }).stdout
      expect(tell()).toMatch(
        /^2 cannot use the database \S+: (it cannot be opened|it is read-only|permission denied) \| /,
      )
      chownSync(path, nobody, nobody)
      chmodSync(path, 0o400)
      expect(tell()).toMatch(
        /^2 cannot use the database \S+: (it cannot be opened|it is read-only) \| (Make|Check)/,
      )
    },
  )

  test('suppresses the warning of node:sqlite, and no other', () => {
    const script = `
      process.getBuiltinModule = id => {
        process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
        process.emitWarning('Something else is experimental', 'ExperimentalWarning')
        return process.mainModule ?? require(id)
      }
      import(${JSON.stringify(opener('', '')[3])}).then(({ openSqliteRelayStore }) => {
        openSqliteRelayStore(${JSON.stringify(path)})
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

test('released migrations are unchanged', () => {
  expect(MIGRATIONS.slice(0, 2).map(steps => steps.length)).toEqual([5, 3])
})
