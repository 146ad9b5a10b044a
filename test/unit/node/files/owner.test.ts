import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { withLock } from '../../../../src/node/files/file-lock.ts'
import { openFiles } from '../../../../src/node/files/files.ts'
import { openTempFolder } from '../../../support/temp-folder.ts'

const isRoot = process.getuid?.() === 0

let folder: ReturnType<typeof openTempFolder>
let path: string
beforeEach(() => {
  folder = openTempFolder()
  path = join(folder.path, 'file')
})
afterEach(() => folder.remove())

describe('a replaced file', () => {
  test.each([
    [0o600, 0o600],
    [0o640, 0o640],
    [0o400, 0o400],
    [0o660, 0o640],
    [0o644, 0o600],
    [0o666, 0o600],
    [0o777, 0o600],
  ])('of mode %o gets mode %o: never with access of others', async (before, after) => {
    writeFileSync(path, 'old')
    chmodSync(path, before)
    await openFiles().writePrivate(path, 'new')
    expect([statSync(path).mode & 0o777, readFileSync(path, 'utf8')]).toEqual([after, 'new'])
  })

  test('gets mode 0600 if there was none', async () => {
    await openFiles().writePrivate(path, 'new')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test.runIf(isRoot)('keeps its owner and group if root replaces it', async () => {
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    chownSync(path, 65_533, 65_532)
    await openFiles().writePrivate(path, 'new')
    const { uid, gid, mode } = statSync(path)
    expect([uid, gid, mode & 0o777]).toEqual([65_533, 65_532, 0o640])
  })

  test.runIf(isRoot)('keeps no group that the writer does not belong to', () => {
    chmodSync(folder.path, 0o777)
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    chownSync(path, 65_533, 65_532)
    runAs(65_533, `await openFiles().writePrivate(${JSON.stringify(path)}, 'new')`)
    const { uid, gid, mode } = statSync(path)
    expect([uid, gid, mode & 0o777]).toEqual([65_533, 65_533, 0o600])
  })
})

/** Runs code as another user whose only group has the same number. */
function runAs(id: number, code: string): string {
  const url = new URL('../../../../src/node/files/files.ts', import.meta.url).href
  const script = `import { openFiles } from ${JSON.stringify(url)}
    process.setgroups([]); process.setgid(${id}); process.setuid(${id})
    ${code}`
  return String(execFileSync(process.execPath, ['--input-type=module', '-e', script])).trim()
}

describe.runIf(isRoot)('a file that only its group may read', () => {
  const isRefused = (mode: number, owner: number, reader: number): boolean => {
    chmodSync(folder.path, 0o755)
    writeFileSync(path, 'secret')
    chmodSync(path, mode)
    chownSync(path, owner, 54_321)
    const code = `const { othersMayRead, othersMayWrite } = await openFiles().read(${JSON.stringify(path)})
      console.log(othersMayRead || othersMayWrite)`
    return runAs(reader, code) === 'true'
  }

  test('is accepted if root owns it and the group is the own one, as in a container', () => {
    expect(isRefused(0o440, 0, 54_321)).toBe(false)
    expect(isRefused(0o640, 0, 54_321)).toBe(false)
  })

  test.each([
    ['others may read it', 0o444, 0],
    ['the group may write it', 0o460, 0],
    ['the reader owns it and can change its mode', 0o440, 54_321],
  ])('is refused if %s', (_why, mode, owner) => {
    expect(isRefused(mode, owner, 54_321)).toBe(true)
  })

  test('is refused for root, who can change its mode', async () => {
    writeFileSync(path, 'secret')
    chmodSync(path, 0o440)
    expect(await openFiles().read(path)).toMatchObject({ othersMayRead: true })
  })
})

describe('a lock that cannot be removed', () => {
  /** What a failing disk does: neither the lock nor its place can be removed. */
  const spoil = async (lock: string) => {
    rmSync(lock)
    mkdirSync(lock)
    writeFileSync(join(lock, 'x'), '')
  }

  test('is reported as a file error with its remedy', async () => {
    const failure = withLock(path, () => spoil(path))
    await expect(failure).rejects.toBeInstanceOf(AxisorError)
    await expect(failure).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(`cannot remove ${path}`),
      hint: 'Check the permissions of its directory.',
    })
  })

  test('does not hide the error of the work', async () => {
    const failure = withLock(path, async () => {
      await spoil(path)
      throw new AxisorError('config', 'cannot write the file')
    })
    await expect(failure).rejects.toThrow('cannot write the file')
  })
})
