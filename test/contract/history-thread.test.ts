import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { fillLedger } from '../../bench/made-ledger.ts'
import { openLedgerFile } from '../../src/node/ledger/open-ledger.ts'
import { openThreadedLedger } from '../../src/node/ledger/threaded-ledger.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const folder = openTempFolder()
afterAll(() => folder.remove())

/** Runs the work; returns the longest time for which this thread was blocked meanwhile. */
async function blockedMs(work: Promise<unknown>): Promise<number> {
  let longest = 0
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    const before = performance.now()
    await after(1)
    longest = Math.max(longest, performance.now() - before)
  }
  await done
  return longest
}

test('serves the same rows, sums and story as the ledger in this thread', async () => {
  const path = join(folder.path, 'same.db')
  const direct = await openLedgerFile(path)
  await fillLedger(direct.ledger, 500)
  const threaded = await openThreadedLedger(path)
  const now = Date.UTC(2022, 0, 8)
  expect(threaded.damagedPath).toBeNull()
  expect(await threaded.history.summary(now)).toEqual(await direct.history.summary(now))
  const page = await direct.history.rows(100, 200)
  const [first] = page.rows
  expect(await threaded.history.rows(100, 200)).toEqual(page)
  expect(await threaded.history.story(first?.id ?? '')).toEqual(await direct.history.story(first?.id ?? ''))
  expect(await threaded.ledger.read('trades', { newest: 3 })).toEqual(
    await direct.ledger.read('trades', { newest: 3 }),
  )
  expect(await threaded.ledger.routes()).toEqual(await direct.ledger.routes())
  await threaded.ledger.close()
  await expect(threaded.ledger.routes()).rejects.toMatchObject({ code: 'config' })
  await direct.ledger.close()
})

test('does not block this thread while another process has locked the file, and names the reason', async () => {
  const path = join(folder.path, 'locked.db')
  const { ledger } = await openThreadedLedger(path)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const lease = ledger.lease('me', 1, 1_000)
  const refused = expect(lease).rejects.toMatchObject({ message: expect.stringContaining('locked') })
  // SQLite waits for five seconds; a thread that waits with it would be blocked for as long.
  expect(await blockedMs(refused)).toBeLessThan(2_000)
  other.exec('ROLLBACK')
  other.close()
  expect(await ledger.lease('me', 1, 1_000)).toBe(true)
  await ledger.close()
})

test('keeps a damaged file aside, and goes on with an empty ledger', async () => {
  const path = join(folder.path, 'damaged.db')
  writeFileSync(path, 'this is no database'.repeat(500), { mode: 0o600 })
  const { ledger, damagedPath } = await openThreadedLedger(path)
  expect(damagedPath).toContain('damaged.db.damaged-')
  expect(readdirSync(folder.path)).toContain(damagedPath?.split('/').at(-1))
  expect(await ledger.routes()).toEqual([])
  await ledger.close()
})

test('fails pending calls when the thread ends, and can be opened again', async () => {
  const path = join(folder.path, 'ended.db')
  const crashing = new URL('../support/ending-thread.ts', import.meta.url).pathname
  await expect(openThreadedLedger(path, crashing)).rejects.toMatchObject({ code: 'config' })
  const { ledger } = await openThreadedLedger(path)
  await ledger.close()
})
