import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { updateFile } from '../../../../src/node/files/update-file.ts'

const MODULE = JSON.stringify(new URL('../../../../src/node/files/update-file.ts', import.meta.url))

describe('updateFile', () => {
  let root: string
  let path: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'axisor-update-'))
    path = join(root, 'rate-limits', 'a.json')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  test('creates the file and its folder for the user alone', async () => {
    await updateFile(path, text => String(text))
    expect(readFileSync(path, 'utf8')).toBe('null\n')
    expect([statSync(dirname(path)).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600])
    expect(readdirSync(dirname(path))).toEqual(['a.json'])
  })

  test('loses no update of three processes', async () => {
    const code = `
      import { updateFile } from ${MODULE}
      for (let i = 0; i < 100; i += 1) await updateFile(process.argv[1], text => String(Number(text) + 1))`
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, path])
    await Promise.all([run(), run(), run()])
    expect(readFileSync(path, 'utf8')).toBe('300\n')
  })

  test('removes the lock of a killed process, and keeps the file whole', async () => {
    await updateFile(path, () => 'whole')
    writeFileSync(`${path}.lock`, 'ha')
    await updateFile(path, text => `${text} again`)
    expect(readFileSync(path, 'utf8')).toBe('whole again\n')
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('ignores the end of a longer text from before', async () => {
    await updateFile(path, () => 'a long text')
    await updateFile(path, () => 'short')
    let found: string | null = null
    await updateFile(path, text => {
      found = text
      return 'done'
    })
    expect(found).toBe('short')
  })

  test('leaves no lock after an error', async () => {
    const failing = updateFile(path, () => {
      throw new TypeError('a bug')
    })
    await expect(failing).rejects.toThrow('a bug')
    await updateFile(path, () => 'fine')
    expect(readFileSync(path, 'utf8')).toBe('fine\n')
  })

  test('removes files that were unused for a week, when a file is created', async () => {
    const [old, recent] = [join(root, 'rate-limits', 'old.json'), join(root, 'rate-limits', 'recent.json')]
    for (const each of [old, recent]) await updateFile(each, () => '')
    const weekAgo = Date.now() / 1_000 - 8 * 24 * 3_600
    utimesSync(old, weekAgo, weekAgo)
    await updateFile(path, () => '')
    expect(readdirSync(dirname(path)).sort()).toEqual(['a.json', 'recent.json'])
  })

  test.skipIf(process.getuid?.() === 0)('rejects an unwritable folder with its reason', async () => {
    chmodSync(root, 0o500)
    await expect(updateFile(path, () => '')).rejects.toThrow(/^cannot write .*: permission denied$/)
  })

  test.runIf(process.platform === 'linux')('rejects a file system without new folders', async () => {
    await expect(updateFile('/proc/axisor/a/b.json', () => '')).rejects.toThrow(/^cannot write \/proc\//)
  })

  test('rejects a folder that is a file with its reason', async () => {
    writeFileSync(dirname(path), '')
    await expect(updateFile(path, () => '')).rejects.toThrow(
      /^cannot write .*: a part of the path is not a directory$/,
    )
  })
})
