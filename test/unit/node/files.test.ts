import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFiles } from '../../../src/node/files.ts'

describe('files', () => {
  let folder: string
  const path = (name: string): string => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'axisor-files-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    [0o600, false, false],
    [0o644, false, true],
    [0o664, true, true],
    [0o646, true, true],
    [0o620, true, false],
  ])('mode %o: others may write it: %s, read it: %s', async (mode, othersMayWrite, othersMayRead) => {
    writeFileSync(path('a'), 'text')
    chmodSync(path('a'), mode)
    expect(await openFiles().read(path('a'))).toEqual({ text: 'text', othersMayWrite, othersMayRead })
  })

  test('one that is not there is null, also below a file', async () => {
    expect(await openFiles().read(path('none'))).toBeNull()
    writeFileSync(path('b'), '')
    expect(await openFiles().read(path('b/c'))).toBeNull()
  })

  test('a folder, and a file that is too large, are failures with the path', async () => {
    mkdirSync(path('d'))
    await expect(openFiles().read(path('d'))).rejects.toMatchObject({
      code: 'config',
      message: `cannot read ${path('d')}: it is a folder`,
    })
    writeFileSync(path('e'), 'x'.repeat(1024 * 1024 + 1))
    await expect(openFiles().read(path('e'))).rejects.toMatchObject({
      code: 'config',
      message: `cannot read ${path('e')}: larger than 1 MiB`,
    })
  })

  test('what is written is for this user alone, replaces the file whole, and leaves nothing beside it', async () => {
    const deep = path('new/folder/secret')
    await openFiles().writePrivate(deep, 'one')
    await openFiles().writePrivate(deep, 'two')
    expect(await openFiles().read(deep)).toEqual({ text: 'two', othersMayWrite: false, othersMayRead: false })
    expect(statSync(path('new/folder')).mode & 0o777).toBe(0o700)
    expect(readdirSync(path('new/folder'))).toEqual(['secret'])
  })

  test('a link is not written through', async () => {
    writeFileSync(path('target'), 'theirs')
    symlinkSync(path('target'), path('link'))
    await expect(openFiles().writePrivate(path('link'), 'ours')).rejects.toMatchObject({ code: 'config' })
    expect(readFileSync(path('target'), 'utf8')).toBe('theirs')
  })

  test('taking away says whether there was anything', async () => {
    writeFileSync(path('gone'), '')
    expect(await openFiles().remove(path('gone'))).toBe(true)
    expect(await openFiles().remove(path('gone'))).toBe(false)
  })
})
