import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import {
  findOutbox,
  OUTBOX_MIGRATIONS,
  type OutboxFileOptions,
  openOutbox,
  openOutboxFile,
} from '../../src/node/outbox/open-outbox.ts'
import { noticeOf, queuedNotice } from '../support/notices.ts'
import { openTempFolder } from '../support/temp-folder.ts'
import { describeOutboxLaws } from './outbox-laws.ts'

describeOutboxLaws('in a file', async () => {
  const folder = openTempFolder()
  return {
    open: async () => (await openOutboxFile(join(folder.path, 'a.db'))).outbox,
    close: async () => folder.remove(),
  }
})

const NOW = Date.UTC(2026, 10, 23, 18)

/** A program that adds a notice in its own process and prints how it opened the file. */
const WRITER = `
const { openOutboxFile } = await import(process.argv[1])
const { outbox, damagedPath } = await openOutboxFile(process.argv[2])
const alert = { id: 'a-1' }
await outbox.commit({ engine: '{}', notices: [{ notice: { id: process.argv[3], alert, at: 1 }, channels: ['mail'], expiresAt: 9 }] })
console.log(damagedPath === null ? 'intact' : 'damaged')
await outbox.close()`

const writer = async (path: string, id: string): Promise<string> => {
  const module = join(import.meta.dirname, '../../src/node/outbox/open-outbox.ts')
  const args = ['--input-type=module', '-e', WRITER, module, path, id]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
  expect(stderr).toBe('')
  return stdout.trim()
}

describe('the file of an outbox', () => {
  let folder: ReturnType<typeof openTempFolder>
  let path: string
  beforeEach(() => {
    folder = openTempFolder()
    path = join(folder.path, 'axisor/alerts/main.db')
  })
  afterEach(() => folder.remove())

  const open = (options: OutboxFileOptions = {}) => openOutboxFile(path, { now: () => NOW, ...options })

  const add = async (id: string, options: OutboxFileOptions = {}) => {
    const opened = await open(options)
    await opened.outbox.commit({ engine: id, notices: [queuedNotice(noticeOf(id), ['mail'])] })
    return opened
  }

  const refusal = async (opening: Promise<unknown>): Promise<AxisorError> => {
    const error = await opening.then(
      () => null,
      (reason: unknown) => reason,
    )
    if (error instanceof AxisorError) return error
    throw new Error('it opened')
  }

  test.each(['{', 'null', '{"id":"other","alert":{}}'])(
    'fails the deliveries of an unreadable notice and goes on with the others: %s',
    async text => {
      const { outbox } = await add('n-1')
      await outbox.commit({ engine: '', notices: [queuedNotice(noticeOf('n-2'), ['mail'])] })
      await outbox.request({ kind: 'acknowledge', alertId: null, by: 'a' })
      await outbox.request({ kind: 'acknowledge', alertId: null, by: 'b' })
      const database = new DatabaseSync(path)
      database.prepare("UPDATE outbox_notices SET notice = ? WHERE id = 'n-1'").run(text)
      database.exec("UPDATE outbox_requests SET request = '{' WHERE request LIKE '%\"a\"%'")
      database.close()
      expect((await outbox.pending()).map(({ notice }) => notice.id)).toEqual(['n-2'])
      const summaries = await outbox.summaries(0)
      expect(summaries.map(({ noticeId, failed }) => [noticeId, failed])).toEqual([
        ['n-2', 0],
        ['n-1', 1],
      ])
      expect(await outbox.log(9)).toEqual([])
      expect(await outbox.requests()).toMatchObject([{ request: { by: 'b' } }])
      await outbox.close()
    },
  )

  test('is private to this user with its side files, in a private folder', async () => {
    const { outbox, damagedPath } = await add('n-1')
    expect(damagedPath).toBeNull()
    for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    await outbox.close()
  })

  test.runIf(process.platform === 'linux')('is refused on a file system without new folders', async () => {
    await expect(openOutboxFile('/proc/axisor/a/b.db')).rejects.toMatchObject({
      message: expect.stringMatching(/^cannot use the database \/proc\/axisor\/a\/b\.db: /),
    })
  })

  test('is refused if other users can read it', async () => {
    await (await add('n-1')).outbox.close()
    chmodSync(path, 0o644)
    expect(await refusal(open())).toMatchObject({
      exitCode: 2,
      message: `other users can read the database ${path}`,
    })
  })

  test('is refused and unchanged if it belongs to another program', async () => {
    await (await open()).outbox.close()
    const other = new DatabaseSync(path)
    other.exec('PRAGMA application_id = 7')
    other.close()
    const before = readFileSync(path)
    expect(await refusal(open())).toMatchObject({ message: `${path} is a database of another program` })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('is refused and unchanged if a newer axisor created it', async () => {
    const newer = [...OUTBOX_MIGRATIONS, ['CREATE TABLE outbox_more (id BIGINT)']]
    await (await add('n-1', { migrations: newer })).outbox.close()
    expect(await refusal(open())).toMatchObject({
      code: 'config',
      exitCode: 2,
      message: `the database ${path} has schema version 2; this axisor supports up to 1`,
    })
    const { outbox } = await open({ migrations: newer })
    expect(await outbox.pending()).toHaveLength(1)
    await outbox.close()
  })

  describe('when it is damaged', () => {
    const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
      ['in its pages', bytes => Buffer.from(bytes).fill(0xa5, 4_096 * 2, 4_096 * 6)],
      ['in its header', bytes => Buffer.from(bytes).fill(0xa5, 0, 100)],
      ['and cut off', bytes => bytes.subarray(0, 4_096 * 3 + 100)],
      ['and other text', () => Buffer.from('these are my notes '.repeat(400))],
    ]
    test.each(damages)('%s, is kept aside and replaced', async (_, damage) => {
      const { outbox } = await add('n-1')
      for (let i = 0; i < 60; i += 1)
        await outbox.commit({ engine: `${i}`, notices: [queuedNotice(noticeOf(`m-${i}`), ['mail'])] })
      await outbox.close()
      const bytes = damage(readFileSync(path))
      writeFileSync(path, bytes)
      const next = await add('n-2')
      const aside = `${path}.damaged-2026-11-23T18-00-00-000Z`
      expect(next.damagedPath).toBe(aside)
      expect(readFileSync(aside).equals(bytes)).toBe(true)
      expect((await next.outbox.pending()).map(({ notice }) => notice.id)).toEqual(['n-2'])
      await next.outbox.close()
      expect((await open()).damagedPath).toBeNull()
    })

    test.each(damages)(
      '%s, is left as it is by a command that only looks, and reported by the next host',
      async (_, damage) => {
        const env = { XDG_STATE_HOME: dirname(path) }
        const { outbox } = await openOutbox('main', env)
        for (let i = 0; i < 60; i += 1)
          await outbox.commit({ engine: `${i}`, notices: [queuedNotice(noticeOf(`m-${i}`), ['mail'])] })
        await outbox.close()
        const file = join(dirname(path), 'axisor', 'alerts', 'main.db')
        const bytes = damage(readFileSync(file))
        writeFileSync(file, bytes)
        expect(await findOutbox('main', env)).toEqual({ outbox: null, damagedPath: file })
        expect(readFileSync(file).equals(bytes)).toBe(true)
        expect(readdirSync(dirname(file)).filter(name => name.includes('damaged'))).toEqual([])
        const next = await openOutbox('main', env)
        expect(next.damagedPath).toContain(`${file}.damaged-`)
        await next.outbox.close()
        const found = await findOutbox('main', env)
        expect([found.damagedPath, await found.outbox?.pending()]).toEqual([null, []])
        await found.outbox?.close()
      },
    )

    test('is replaced once by concurrent processes, which lose nothing', async () => {
      await (await add('n-1')).outbox.close()
      writeFileSync(path, 'these are my notes '.repeat(400))
      const found = await Promise.all(Array.from({ length: 5 }, (_, i) => writer(path, `n-${i}`)))
      expect(found.toSorted()).toEqual(['damaged', 'intact', 'intact', 'intact', 'intact'])
      const { outbox } = await open()
      expect(await outbox.pending()).toHaveLength(5)
      await outbox.close()
      expect(readdirSync(dirname(path)).filter(name => name.includes('damaged'))).toHaveLength(1)
    }, 30_000)
  })

  test.each(['set aside by another process', 'removed by a user'])(
    'is followed when it was %s',
    async how => {
      const { outbox } = await add('n-1')
      if (how.startsWith('set'))
        for (const suffix of ['-wal', '-shm', '']) renameSync(path + suffix, `${path}.aside${suffix}`)
      else folder.remove()
      const other = await add('n-2')
      await outbox.commit({ engine: '{}', notices: [queuedNotice(noticeOf('n-3'), ['mail'])] })
      expect(existsSync(`${path}-wal`)).toBe(true)
      await other.outbox.commit({ engine: '{}', notices: [queuedNotice(noticeOf('n-4'), ['mail'])] })
      const ids = async () => (await outbox.pending()).map(({ notice }) => notice.id)
      expect(await ids()).toEqual(['n-2', 'n-3', 'n-4'])
      await other.outbox.close()
      expect(await ids()).toEqual(['n-2', 'n-3', 'n-4'])
      await outbox.close()
      const { outbox: again } = await open()
      expect(await again.pending()).toHaveLength(3)
      await again.close()
    },
  )

  test('keeps its data and reports a full disk when it cannot grow', async () => {
    const { outbox } = await open({ maxPages: 30 })
    let added = 0
    let failure: unknown = null
    while (failure === null && added < 10_000) {
      const notices = [queuedNotice(noticeOf(`n-${added}`), ['mail', 'ntfy'])]
      failure = await outbox.commit({ engine: String(added), notices }).then(
        () => null,
        (error: unknown) => error,
      )
      if (failure === null) added += 1
    }
    expect(failure).toMatchObject({
      code: 'config',
      exitCode: 2,
      message: `cannot use the database ${path}: the disk is full`,
      hint: 'Nothing was changed; free some space and try again.',
    })
    expect(added).toBeGreaterThan(5)
    expect(await outbox.pending()).toHaveLength(2 * added)
    expect(await outbox.engine()).toBe(String(added - 1))
    await outbox.close()
  })

  test('is reported as locked by another program after a while, and works when released', async () => {
    const { outbox } = await add('n-1')
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    expect(await outbox.pending()).toHaveLength(1)
    await expect(outbox.commit({ engine: '', notices: [] })).rejects.toMatchObject({
      message: `cannot use the database ${path}: another program has locked it`,
    })
    other.close()
    await outbox.commit({ engine: 'free', notices: [] })
    expect(await outbox.engine()).toBe('free')
    await outbox.close()
  }, 20_000)

  test('is shared by processes that write at once', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, i) => writer(path, `n-${i}`)))
    const { outbox } = await open()
    expect(await outbox.pending()).toHaveLength(5)
    await outbox.close()
  }, 30_000)
})

test('is in the state folder by default, under a name without separators', async () => {
  const folder = openTempFolder()
  const env = { XDG_STATE_HOME: folder.path }
  for (const name of ['main', '../../x y', '\ud800', '..']) await (await openOutbox(name, env)).outbox.close()
  expect(readdirSync(join(folder.path, 'axisor/alerts')).toSorted()).toEqual(
    ['%EF%BF%BD.db', '..%2F..%2Fx%20y.db', '...db', 'main.db'].toSorted(),
  )
  expect(await openOutbox('main', {}).catch((error: unknown) => error)).toMatchObject({ exitCode: 2 })
  folder.remove()
})

test('released migrations never change', () => {
  expect(OUTBOX_MIGRATIONS.slice(0, 1).map(steps => steps.length)).toEqual([7])
})
