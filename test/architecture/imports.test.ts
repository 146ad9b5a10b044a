import { describe, expect, test } from 'vitest'
import { importsOf, importViolations } from './imports.ts'
import { readSources, sourceFile } from './source.ts'

test('src obeys the import table', () => {
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

describe('every way to mention a module is seen', () => {
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

describe('a broken law is found', () => {
  test.each([
    ['domain imports nothing', 'src/domain/a.ts', `import { b } from '../ports/b.ts'`],
    ['not even a type', 'src/domain/a.ts', `import type { B } from '../ports/b.ts'`],
    ['nor by way of a detour', 'src/domain/a.ts', `import { b } from '../domain/../ports/b.ts'`],
    ['no package in ports', 'src/ports/a.ts', `import { z } from 'zod'`],
    ['the simulator does not know wire', 'src/simulator/a.ts', `import type { B } from '../wire/b.ts'`],
    ['the simulator does not know wire, deeper', 'src/simulator/x/a.ts', `await import('../../wire/b.ts')`],
    ['the screen does not know the feed', 'src/tui/a.tsx', `import type { B } from '../feed/b.ts'`],
    ['the store runs no code of the feed', 'src/store/a.ts', `import { b } from '../feed/b.ts'`],
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
    ['commands are given the world', 'src/commands/a.ts', `import { b } from '../node/b.ts'`],
    ['commands load the screen late', 'src/commands/a.ts', `import { B } from '../tui/b.tsx'`],
    ['commands have no package but commander', 'src/commands/a.ts', `import 'commander-extra'`],
    ['only node/ opens files', 'src/config/a.ts', `import { readFileSync } from 'node:fs'`],
    ['cryptography only where signatures are made', 'src/wire/a.ts', `import { hash } from 'node:crypto'`],
    ['main reads no wire', 'src/main.ts', `import { b } from './wire/b.ts'`],
    ['no folder imports main', 'src/commands/a.ts', `import { b } from '../main.ts'`],
    ['nothing outside src', 'src/node/a.ts', `import { b } from '../../test/b.ts'`],
    ['no address worked out at run time', 'src/commands/a.ts', `await import('../tui/' + name)`],
    ['no folder that the table does not name', 'src/utils/a.ts', ''],
  ])('%s', (_law, path, text) => {
    expect(importViolations(sourceFile(path, text))).toHaveLength(1)
  })
})

describe('what the table allows passes', () => {
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
