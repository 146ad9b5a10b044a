import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { backUpDatabase, restoreDatabase } from '../../src/commands/relay/backup.ts'
import { openRelayBackups, openRelayStore } from '../../src/node/relay-store/open.ts'
import { MIGRATIONS } from '../../src/node/relay-store/schema.ts'
import { openSqliteRelayStore } from '../../src/node/relay-store/sqlite-store.ts'
import { type MasterKeys, readMasterKeys } from '../../src/relay/auth/master-keys.ts'
import { sealAlertSettings } from '../../src/relay/auth/sealed-alert-settings.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { ownFile } from '../support/login-world.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const KEY = 'ab'.repeat(32)
const LOST = 'cd'.repeat(32)

/** A relay with the user alice, whose alert settings are sealed with a key, and the commands on real files. */
async function withRelay(sealedWith = KEY) {
  const folder = openTempFolder()
  onTestFinished(folder.remove)
  const [path, file] = [join(folder.path, 'relay.db'), join(folder.path, 'backup.db')]
  const world = openFakeWorld({ files: { [join(folder.path, 'relay.key')]: ownFile(KEY) } })
  const context = {
    ...world,
    openRelayStore: (...[address, use]: Parameters<typeof world.openRelayStore>) =>
      openRelayStore(address, use, {}),
    openRelayBackups: (address: string | null) => openRelayBackups(address, {}),
  }
  const open = () => openSqliteRelayStore(path, { use: 'create' }).store
  const names = async () => {
    const store = open()
    const users = await store.users()
    await store.close()
    return users.map(({ name }) => name)
  }
  const add = async (name: string) => {
    const store = open()
    await store.addUser({ id: name, name, createdAt: 1 })
    await store.close()
  }
  await add('alice')
  const store = open()
  const keys = readMasterKeys(sealedWith, world.crypto) as MasterKeys
  const place = { userId: 'alice', revision: 1, updatedAt: 1 }
  await store.putAlertSettings(sealAlertSettings(world.crypto, keys, place, '{}'), null)
  await store.close()
  const options = { file, database: `sqlite:${path}` }
  return {
    ...{ folder: folder.path, path, file, world, open, names, add },
    backUp: () => backUpDatabase(options, context),
    restore: () => restoreDatabase(options, context),
    files: () => readdirSync(folder.path).sort(),
  }
}

test('copies a database that a relay has open, with its write-ahead log, into one private file', async () => {
  const { path, file, world, open, backUp, files } = await withRelay()
  const relay = open()
  await relay.addUser({ id: 'bob', name: 'bob', createdAt: 2 })
  expect(existsSync(`${path}-wal`)).toBe(true)
  expect(await backUp()).toBe(0)
  expect(world.err()).toBe(
    `Copied the database ${path} with schema version ${MIGRATIONS.length} to ${file}. The master key is not in it: keep that elsewhere.\n`,
  )
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(files()).toEqual(['backup.db', 'relay.db', 'relay.db-shm', 'relay.db-wal'])
  const copy = new DatabaseSync(file)
  expect(copy.prepare('SELECT name FROM relay_users ORDER BY name').all()).toEqual([
    { name: 'alice' },
    { name: 'bob' },
  ])
  copy.close()
  await relay.close()
})

test('replaces no file by a backup, and creates no database', async () => {
  const { path, file, backUp, files } = await withRelay()
  writeFileSync(file, 'mine')
  await expect(backUp()).rejects.toMatchObject({ code: 'usage', message: `${file} exists already` })
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const empty = openRelayBackups(`sqlite:${path}.none`, {})
  await expect((await empty).backUp(`${file}.2`)).rejects.toMatchObject({
    message: `there is no database of a relay at ${path}.none`,
  })
  expect(files()).toEqual(['backup.db', 'relay.db'])
  await expect((await empty).backUp('/none/backup.db')).rejects.toMatchObject({ code: 'config' })
})

test('restores a backup and keeps the replaced database', async () => {
  const { path, world, backUp, restore, add, names, files } = await withRelay()
  await backUp()
  await add('bob')
  expect(await restore()).toBe(0)
  expect(world.err()).toMatch(
    /: 1 user, the alert settings of 1 user\. The replaced database is \S+\. Tokens/,
  )
  expect(await names()).toEqual(['alice'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const [replaced = ''] = files().filter(name => name.startsWith('relay.db.replaced-'))
  expect(files()).toEqual(['backup.db', 'relay.db', replaced])
  const before = new DatabaseSync(join(path, '..', replaced))
  expect(before.prepare('SELECT name FROM relay_users ORDER BY name').all()).toHaveLength(2)
  before.close()
})

test.runIf(process.getuid?.() === 0)('keeps the owner of the replaced database (as root)', async () => {
  const { path, backUp, restore } = await withRelay()
  await backUp()
  chownSync(path, 1234, 1234)
  await restore()
  expect([statSync(path).uid, statSync(path).gid]).toEqual([1234, 1234])
})

test('restores over a damaged database, and where there is none', async () => {
  const { path, backUp, restore, names, files } = await withRelay()
  await backUp()
  writeFileSync(path, 'x'.repeat(8_192), { mode: 0o600 })
  expect(await restore()).toBe(0)
  expect(await names()).toEqual(['alice'])
  expect(files().filter(name => name.includes('.replaced-'))).toHaveLength(1)
  rmSync(path)
  expect(await restore()).toBe(0)
  expect(await names()).toEqual(['alice'])
})

test('migrates an older backup, which stays as it is', async () => {
  const { file, path, restore, backUp, names } = await withRelay()
  const old = new DatabaseSync(path)
  old.exec(`DROP TABLE relay_last_data; DELETE FROM relay_schema WHERE version = ${MIGRATIONS.length}`)
  old.close()
  await backUp()
  const before = readFileSync(file)
  expect(await restore()).toBe(0)
  expect(readFileSync(file)).toEqual(before)
  expect(await names()).toEqual(['alice'])
})

test.each<[string, (rig: Awaited<ReturnType<typeof withRelay>>) => unknown, RegExp]>([
  ['a relay has the database open', ({ open }) => open(), /^the database \S+relay\.db is in use$/],
  [
    'other users can read the backup',
    ({ file }) => chmodSync(file, 0o644),
    /^other users can read the database \S+backup\.db$/,
  ],
  [
    'the backup is damaged',
    ({ file }) => writeFileSync(file, 'x'.repeat(5_000)),
    /backup\.db: it is not a database$/,
  ],
  [
    'the backup is of a newer axisor',
    ({ file }) => {
      const backup = new DatabaseSync(file)
      backup.exec('INSERT INTO relay_schema VALUES (99); UPDATE relay_schema_support SET usable_from = 99')
      backup.close()
    },
    /has schema version 99; this axisor supports up to/,
  ],
  [
    'it is a database of another program',
    ({ file }) => {
      const backup = new DatabaseSync(file)
      backup.exec('PRAGMA application_id = 5')
      backup.close()
    },
    /backup\.db is a database of another program$/,
  ],
])('changes nothing if %s', async (_, spoil, message) => {
  const rig = await withRelay()
  await rig.backUp()
  await rig.add('bob')
  const holding = await spoil(rig)
  await expect(rig.restore()).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(message),
  })
  if (typeof holding === 'object' && holding !== null) await Reflect.get(holding, 'close')()
  expect(await rig.names()).toEqual(['alice', 'bob'])
  expect(rig.files()).toEqual(['backup.db', 'relay.db'])
})

test('changes nothing if the master key cannot decrypt the backup', async () => {
  const rig = await withRelay(LOST)
  await rig.backUp()
  await rig.add('bob')
  await expect(rig.restore()).rejects.toMatchObject({ code: 'no-credentials' })
  expect(await rig.names()).toEqual(['alice', 'bob'])
  expect(rig.files()).toEqual(['backup.db', 'relay.db'])
})

test('refers to the programs of PostgreSQL', async () => {
  await expect(openRelayBackups('postgres://axisor@db/axisor', {})).rejects.toMatchObject({
    code: 'usage',
    hint: 'Use pg_dump and pg_restore, as in docs/deploy.md.',
  })
})
