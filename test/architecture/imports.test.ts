import { describe, expect, test } from 'vitest'
import { importsOf, importViolations } from './imports.ts'
import { readSources, sourceFile } from './source.ts'

test('keeps src within the import table', () => {
  const sources = readSources()
  expect(sources.length).toBeGreaterThan(10)
  expect(sources.flatMap(importViolations)).toEqual([])
})

test("uses Node's cryptography in one file outside node/", () => {
  const users = readSources()
    .filter(file => !file.path.startsWith('src/node/'))
    .filter(file => importsOf(file).some(({ target }) => target === 'node:crypto'))
  expect(users.length).toBeLessThanOrEqual(1)
})

describe('every form of import is found', () => {
  test.each([
    [`import { a } from './a.ts'`, 'static'],
    [`import './a.ts'`, 'static'],
    [`import { type A } from './a.ts'`, 'static'],
    [`export { a } from './a.ts'`, 'static'],
    [`export * from './a.ts'`, 'static'],
    [`const a = await import('./a.ts')`, 'dynamic'],
    [`import type { A } from './a.ts'`, 'type'],
    [`export type { A } from './a.ts'`, 'type'],
    [`let a: import('./a.ts').A`, 'type'],
    [`let a: typeof import('./a.ts')`, 'type'],
  ])('%s', (text, how) => {
    expect(importsOf(sourceFile('src/domain/b.ts', text))).toEqual([{ target: './a.ts', how }])
  })
})

describe('a violation is found', () => {
  test.each([
    ['domain must not import another folder', 'src/domain/a.ts', `import { b } from '../ports/b.ts'`],
    [
      'domain must not import types of another folder',
      'src/domain/a.ts',
      `import type { B } from '../ports/b.ts'`,
    ],
    ['a path with a detour is resolved', 'src/domain/a.ts', `import { b } from '../domain/../ports/b.ts'`],
    ['ports must not import a package', 'src/ports/a.ts', `import { z } from 'zod'`],
    ['simulator must not import wire', 'src/simulator/a.ts', `import type { B } from '../wire/b.ts'`],
    [
      'a subfolder of simulator must not import wire',
      'src/simulator/x/a.ts',
      `await import('../../wire/b.ts')`,
    ],
    ['tui must not import feed', 'src/tui/a.tsx', `import type { B } from '../feed/b.ts'`],
    ['store must not import code of feed', 'src/store/a.ts', `import { b } from '../feed/b.ts'`],
    [
      'the core of relay must not import feed',
      'src/relay/accounts/a.ts',
      `import { b } from '../../feed/b.ts'`,
    ],
    [
      'the core of relay must not import types of feed',
      'src/relay/accounts/a.ts',
      `import type { B } from '../../feed/b.ts'`,
    ],
    [
      'the core of relay must not import relay/upstreams',
      'src/relay/a.ts',
      `import { b } from './upstreams/b.ts'`,
    ],
    [
      'relay/upstreams must not import commands',
      'src/relay/upstreams/a.ts',
      `import { b } from '../../commands/relay/b.ts'`,
    ],
    [
      'relay/upstreams must not import config',
      'src/relay/upstreams/a.ts',
      `import type { B } from '../../config/b.ts'`,
    ],
    [
      'relay/upstreams must not import simulator',
      'src/relay/upstreams/a.ts',
      `await import('../../simulator/b.ts')`,
    ],
    ['a file named upstreams is part of relay', 'src/relay/upstreams.ts', `import '../feed/b.ts'`],
    ['commands must not import node', 'src/commands/a.ts', `import { b } from '../node/b.ts'`],
    ['commands must not import tui statically', 'src/commands/a.ts', `import { B } from '../tui/b.tsx'`],
    [
      'commands must not import a package other than commander',
      'src/commands/a.ts',
      `import 'commander-extra'`,
    ],
    ['config must not import node:fs', 'src/config/a.ts', `import { readFileSync } from 'node:fs'`],
    [
      'wire must not import node:crypto outside the signing file',
      'src/wire/a.ts',
      `import { hash } from 'node:crypto'`,
    ],
    ['main must not import wire', 'src/main.ts', `import { b } from './wire/b.ts'`],
    ['no folder imports main', 'src/commands/a.ts', `import { b } from '../main.ts'`],
    ['no import from outside src', 'src/node/a.ts', `import { b } from '../../test/b.ts'`],
    ['no import path computed at run time', 'src/commands/a.ts', `await import('../tui/' + name)`],
    ['no folder that is missing in the table', 'src/utils/a.ts', ''],
  ])('%s', (_law, path, text) => {
    expect(importViolations(sourceFile(path, text))).toHaveLength(1)
  })
})

describe('allowed imports are accepted', () => {
  test.each([
    ['src/store/a.ts', `import type { B } from '../feed/b.ts'`],
    [
      'src/relay/upstreams/a.ts',
      `import { b } from '../../feed/relay/b.ts'; import { c } from '../rate/c.ts'`,
    ],
    ['src/commands/relay/a.ts', `import { b } from '../../relay/upstreams/b.ts'`],
    ['src/wire/sign.ts', `import { createHmac } from 'node:crypto'`],
    ['src/wire/lnm/signing.ts', `import { createHmac } from 'node:crypto'`],
    ['src/wire/a.ts', `import { z } from 'zod/mini'`],
    ['src/node/a.ts', `import { open } from 'node:fs/promises'`],
    ['src/commands/a.ts', `const b = await import('../tui/b.tsx')`],
    ['src/tui/panel/a.tsx', `import { b } from '../b.ts'; import { Text } from 'ink'`],
  ])('%s: %s', (path, text) => {
    expect(importViolations(sourceFile(path, text))).toEqual([])
  })
})
