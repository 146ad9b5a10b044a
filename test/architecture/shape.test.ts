import { describe, expect, test } from 'vitest'
import { secretOptionViolations, shapeViolations, writeViolations } from './shape.ts'
import { readSources, sourceFile } from './source.ts'

test('keeps files short, clearly named, and without default exports and re-exports', () => {
  expect(readSources().flatMap(shapeViolations)).toEqual([])
})

test('names HTTP methods that write only in the simulated exchange and in routes of the relay', () => {
  expect(readSources().flatMap(writeViolations)).toEqual([])
})

test('has no option that takes a secret', () => {
  expect(readSources().flatMap(secretOptionViolations)).toEqual([])
})

test('does not call keychain functions that crash on a locked keyring or a foreign item', () => {
  const naming = readSources().filter(file => /findCredentials|findPassword/.test(file.text))
  expect(naming.map(file => file.path)).toEqual([])
})

describe('a violation is found', () => {
  test.each([
    ['too long', 'src/store/a.ts', 'let a = 1\n'.repeat(301)],
    ['not kebab-case', 'src/store/MyStore.ts', ''],
    ['a barrel file', 'src/store/index.ts', ''],
    ['a folder with a generic name', 'src/store/utils/a.ts', ''],
    ['a default export', 'src/store/a.ts', 'export default 1'],
    ['a default export by alias', 'src/store/a.ts', 'const a = 1; export { a as default }'],
    ['a re-export', 'src/store/a.ts', `export { b } from './b.ts'`],
    ['a re-export of a type', 'src/store/a.ts', `export type { B } from './b.ts'`],
    ['a re-export of everything', 'src/store/a.ts', `export * from './b.ts'`],
  ])('%s', (_what, path, text) => {
    expect(shapeViolations(sourceFile(path, text))).toHaveLength(1)
  })

  test('accepts 300 lines', () => {
    expect(shapeViolations(sourceFile('src/store/a.ts', 'let a = 1\n'.repeat(300)))).toEqual([])
  })
})

describe('a write to the exchange is found', () => {
  test.each([
    `const method = 'POST'`,
    `send({ method: 'delete' })`,
    'const method = `PUT`',
    `http.post(origin, body)`,
  ])('%s', text => {
    expect(writeViolations(sourceFile('src/wire/a.ts', text))).toHaveLength(1)
    expect(writeViolations(sourceFile('src/simulator/a.ts', text))).toEqual([])
  })

  test.each([
    'src/relay/http/admin-route.ts',
    'src/relay/alerts/alert-routes.ts',
    'src/relay/alerts/settings-routes.ts',
  ])('accepts routes in %s, but no request with a method that writes', path => {
    expect(writeViolations(sourceFile(path, `app.post('/v1/tokens', answer)`))).toEqual([])
    expect(writeViolations(sourceFile(path, `send({ method: 'POST' })`))).toHaveLength(1)
  })

  test('accepts POST in the client of the notifier, and no other method there', () => {
    const path = 'src/node/notify/http-client.ts'
    expect(writeViolations(sourceFile(path, `send({ method: 'POST' })`))).toEqual([])
    expect(writeViolations(sourceFile(path, `send({ method: 'PUT' })`))).toHaveLength(1)
    expect(writeViolations(sourceFile('src/node/notify/a.ts', `send({ method: 'POST' })`))).toHaveLength(1)
  })

  test('accepts a keyboard key with the name of a method', () => {
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

  test('accepts an option that selects where secrets are read from', () => {
    const text = `command.option('--with-stdin', 'read key, secret and passphrase as JSON from stdin')`
    expect(secretOptionViolations(sourceFile('src/commands/a.ts', text))).toEqual([])
    const descriptor = `command.option('--passphrase-fd <number>').option('--require-passphrase')`
    expect(secretOptionViolations(sourceFile('src/commands/a.ts', descriptor))).toEqual([])
  })
})
