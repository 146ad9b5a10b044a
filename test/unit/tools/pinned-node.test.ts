import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const tool = new URL('../../../tools/pinned-node.js', import.meta.url).href
const { startFailure } = (await import(tool)) as { startFailure(node: string): string | null }

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'axisor-pinned-node-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes a fake Node.js that runs this shell script. */
function fakeNode(script: string): string {
  const path = join(folder, 'node')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

const loaderError = (library: string) =>
  `echo "node: error while loading shared libraries: ${library}: cannot open shared object file: No such file or directory" >&2; exit 127`

test('accepts a Node.js that starts', () => {
  expect(startFailure(process.execPath)).toBeNull()
})

test('names the Debian package of a missing library', () => {
  expect(startFailure(fakeNode(loaderError('libatomic.so.1')))).toBe(
    'the pinned Node.js needs the library libatomic.so.1, which is missing: ' +
      'install the package libatomic1 (Debian and Ubuntu: apt-get install libatomic1), then try again',
  )
})

test('names a missing library of an unknown package', () => {
  expect(startFailure(fakeNode(loaderError('libfoo.so.2')))).toBe(
    'the pinned Node.js needs the library libfoo.so.2, which is missing: install the package that contains it, then try again',
  )
})

test('reports the first line of any other failure', () => {
  expect(startFailure(fakeNode('echo "bad CPU" >&2; echo more >&2; exit 1'))).toBe(
    'the pinned Node.js (node_modules/.bin/node) does not start: bad CPU',
  )
  expect(startFailure(fakeNode('exit 3'))).toMatch(/does not start: exit code 3$/)
  expect(startFailure(fakeNode('kill -ILL $$'))).toMatch(/does not start: stopped by SIGILL$/)
  expect(startFailure(join(folder, 'none'))).toMatch(/does not start: .*ENOENT/)
})
