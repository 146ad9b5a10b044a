import { describe, expect, test } from 'vitest'
import { secretOptionViolations, shapeViolations, writeViolations } from './shape.ts'
import { readSources, sourceFile } from './source.ts'

test('files are short, named for one idea, and export under one name', () => {
  expect(readSources().flatMap(shapeViolations)).toEqual([])
})

test('nothing but the simulated exchange can name an HTTP method that writes, and one route of the relay accepts one', () => {
  expect(readSources().flatMap(writeViolations)).toEqual([])
})

test('no option takes a secret', () => {
  expect(readSources().flatMap(secretOptionViolations)).toEqual([])
})

test('nothing calls what crashes on a locked keyring or beside an item of another program', () => {
  const naming = readSources().filter(file => /findCredentials|findPassword/.test(file.text))
  expect(naming.map(file => file.path)).toEqual([])
})

describe('a broken shape is found', () => {
  test.each([
    ['too long', 'src/store/a.ts', 'let a = 1\n'.repeat(301)],
    ['not kebab-case', 'src/store/MyStore.ts', ''],
    ['a barrel', 'src/store/index.ts', ''],
    ['a folder that names nothing', 'src/store/utils/a.ts', ''],
    ['a default export', 'src/store/a.ts', 'export default 1'],
    ['a default export by another way', 'src/store/a.ts', 'const a = 1; export { a as default }'],
    ['a re-export', 'src/store/a.ts', `export { b } from './b.ts'`],
    ['a re-export of a type', 'src/store/a.ts', `export type { B } from './b.ts'`],
    ['a re-export of everything', 'src/store/a.ts', `export * from './b.ts'`],
  ])('%s', (_what, path, text) => {
    expect(shapeViolations(sourceFile(path, text))).toHaveLength(1)
  })

  test('300 lines are not too many', () => {
    expect(shapeViolations(sourceFile('src/store/a.ts', 'let a = 1\n'.repeat(300)))).toEqual([])
  })
})

describe('a way to write to the exchange is found', () => {
  test.each([
    `const method = 'POST'`,
    `send({ method: 'delete' })`,
    'const method = `PUT`',
    `http.post(origin, body)`,
  ])('%s', text => {
    expect(writeViolations(sourceFile('src/wire/a.ts', text))).toHaveLength(1)
    expect(writeViolations(sourceFile('src/simulator/a.ts', text))).toEqual([])
  })

  test('the route that accepts a request for a token may do only that', () => {
    const path = 'src/relay/http/admin-route.ts'
    expect(writeViolations(sourceFile(path, `app.post('/v1/tokens', answer)`))).toEqual([])
    expect(writeViolations(sourceFile(path, `send({ method: 'POST' })`))).toHaveLength(1)
  })

  test('the key of the keyboard with the name of a method is none', () => {
    expect(writeViolations(sourceFile('src/tui/a.ts', `const key = 'delete'`))).toEqual([])
  })
})

describe('an option that takes a secret is found', () => {
  test.each([
    `command.option('--secret <text>', 'x')`,
    `command.option('--api-secret <text>')`,
    `command.option('-p, --passphrase <text>')`,
    'command.option(`--token <t>`)',
  ])('%s', text => {
    expect(secretOptionViolations(sourceFile('src/commands/a.ts', text))).toHaveLength(1)
  })

  test('one that only says where secrets come from passes', () => {
    const text = `command.option('--with-stdin', 'read key, secret and passphrase as JSON from stdin')`
    expect(secretOptionViolations(sourceFile('src/commands/a.ts', text))).toEqual([])
    const descriptor = `command.option('--passphrase-fd <number>').option('--require-passphrase')`
    expect(secretOptionViolations(sourceFile('src/commands/a.ts', descriptor))).toEqual([])
  })
})
