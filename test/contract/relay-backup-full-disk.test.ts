import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openRelayBackups } from '../../src/node/relay-store/open.ts'
import { openSqliteRelayStore } from '../../src/node/relay-store/sqlite-store.ts'
import { openTempFolder } from '../support/temp-folder.ts'

/** Mounts a file system of 64 KiB, less than an empty database. Returns false if this user may not. */
function mountSmall(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function canMount(): boolean {
  const { path, remove } = openTempFolder()
  const isMounted = mountSmall(path)
  if (isMounted) execFileSync('umount', [path])
  remove()
  return isMounted
}

async function withSmallDisk() {
  const folder = openTempFolder()
  onTestFinished(folder.remove)
  const [path, small] = [join(folder.path, 'relay.db'), join(folder.path, 'small')]
  mkdirSync(small, { mode: 0o700 })
  mountSmall(small)
  onTestFinished(() => void execFileSync('umount', [small]))
  await openSqliteRelayStore(path, { use: 'create' }).store.close()
  return { path, small }
}

describe.runIf(canMount())('on a full disk (needs the right to mount)', () => {
  test('a backup names its own file and leaves none', async () => {
    const { path, small } = await withSmallDisk()
    const file = join(small, 'backup.db')
    const backups = await openRelayBackups(`sqlite:${path}`, {})
    await expect(backups.backUp(file)).rejects.toMatchObject({
      message: `cannot use the database ${file}: the disk is full`,
    })
    expect(readdirSync(small)).toEqual([])
  })

  test('a restore names the database that it would replace, and leaves no draft', async () => {
    const { path, small } = await withSmallDisk()
    const database = join(small, 'relay.db')
    const backups = await openRelayBackups(`sqlite:${database}`, {})
    await expect(backups.restore(path, async () => {})).rejects.toMatchObject({
      message: `cannot use the database ${database}: the disk is full`,
    })
    expect(readdirSync(small)).toEqual([])
  })
})
