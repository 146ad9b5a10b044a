import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBounded } from '../../../../src/node/files/bounded-read.ts'
import { openFiles } from '../../../../src/node/files/files.ts'

describe('openFiles', () => {
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
  ])(
    'reports for mode %o that others may write: %s, read: %s',
    async (mode, othersMayWrite, othersMayRead) => {
      writeFileSync(path('a'), 'text')
      chmodSync(path('a'), mode)
      expect(await openFiles().read(path('a'))).toEqual({ text: 'text', othersMayWrite, othersMayRead })
    },
  )

  test.runIf(process.getuid?.() === 0)('reports that others may write a file of another user', async () => {
    chmodSync(folder, 0o755)
    const seenBy = (owner: number, reader: number): string => {
      writeFileSync(path('theirs'), 'text')
      chmodSync(path('theirs'), 0o644)
      chownSync(path('theirs'), owner, owner)
      const code = `
        process.setuid(${reader})
        console.log((await openFiles().read(${JSON.stringify(path('theirs'))})).othersMayWrite)`
      const load = `import { openFiles } from ${JSON.stringify(new URL('../../../../src/node/files/files.ts', import.meta.url))}`
      return String(execFileSync(process.execPath, ['--input-type=module', '-e', load + code])).trim()
    }
    expect([seenBy(65_533, 65_534), seenBy(65_534, 65_534), seenBy(0, 65_534), seenBy(65_533, 0)]).toEqual([
      'true',
      'false',
      'false',
      'false',
    ])
  })

  test('returns null for a missing file, also below a file', async () => {
    expect(await openFiles().read(path('none'))).toBeNull()
    writeFileSync(path('b'), '')
    expect(await openFiles().read(path('b/c'))).toBeNull()
  })

  test('rejects a directory and a file over 1 MiB, with the path', async () => {
    mkdirSync(path('d'))
    await expect(openFiles().read(path('d'))).rejects.toMatchObject({
      code: 'config',
      message: `cannot read ${path('d')}: it is a directory`,
    })
    writeFileSync(path('e'), 'x'.repeat(1024 * 1024 + 1))
    await expect(openFiles().read(path('e'))).rejects.toMatchObject({
      code: 'config',
      message: `cannot read ${path('e')}: larger than 1 MiB`,
    })
  })

  test('rejects an endless device', async () => {
    await expect(openFiles().read('/dev/zero')).rejects.toThrow('cannot read /dev/zero: larger than 1 MiB')
  })

  test('reads a pipe without a writer as empty at once', async () => {
    execFileSync('mkfifo', ['-m', '600', path('pipe')])
    expect(await openFiles().read(path('pipe'))).toMatchObject({ text: '', othersMayRead: false })
  })

  test('reads a pipe to its end, and times out if it stays open', async () => {
    execFileSync('mkfifo', ['-m', '600', path('slow')])
    const reader = await open(path('slow'), constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = await open(path('slow'), 'w')
    await writer.write('from a ')
    await expect(readBounded(reader, 100, 0)).rejects.toMatchObject({ code: 'EAGAIN' })
    const whole = readBounded(reader, 100)
    await writer.write('program')
    await writer.close()
    expect(String(await whole)).toBe('program')
    await reader.close()
  })

  test('writes with mode 0600, replaces the whole file and leaves no other file', async () => {
    const deep = path('new/folder/secret')
    await openFiles().writePrivate(deep, 'one')
    await openFiles().writePrivate(deep, 'two')
    expect(await openFiles().read(deep)).toEqual({ text: 'two', othersMayWrite: false, othersMayRead: false })
    expect(statSync(path('new/folder')).mode & 0o777).toBe(0o700)
    expect(readdirSync(path('new/folder'))).toEqual(['secret'])
  })

  test('does not write through a symbolic link', async () => {
    writeFileSync(path('target'), 'theirs')
    symlinkSync(path('target'), path('link'))
    await expect(openFiles().writePrivate(path('link'), 'ours')).rejects.toMatchObject({ code: 'config' })
    expect(readFileSync(path('target'), 'utf8')).toBe('theirs')
  })

  test('reports if a file was removed', async () => {
    writeFileSync(path('gone'), '')
    expect(await openFiles().remove(path('gone'))).toBe(true)
    expect(await openFiles().remove(path('gone'))).toBe(false)
  })
})
