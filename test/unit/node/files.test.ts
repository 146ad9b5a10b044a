import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
    [0o600, false],
    [0o644, false],
    [0o664, true],
    [0o646, true],
  ])('mode %o: others may write it: %s', async (mode, othersMayWrite) => {
    writeFileSync(path('a'), 'text')
    chmodSync(path('a'), mode)
    expect(await openFiles().read(path('a'))).toEqual({ text: 'text', othersMayWrite })
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
})
