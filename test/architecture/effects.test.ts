import { describe, expect, test } from 'vitest'
import { effectViolations } from './effects.ts'
import { readSources, sourceFile } from './source.ts'

test('uses time, randomness, timers, network and process in node/ and main.ts only', () => {
  expect(readSources().flatMap(effectViolations)).toEqual([])
})

describe('effects are found', () => {
  test.each([
    'const t = Date.now()',
    'const now = Date.now',
    'const { now } = Date',
    `const t = Date['now']()`,
    'const t = new Date()',
    'const t = new Date(undefined)',
    'const t = new Date(...[])',
    'const t = Date()',
    'const D = Date',
    'const x = Math.random()',
    `const x = Math['random']()`,
    'const { random } = Math',
    'setTimeout(() => {}, 5)',
    'setInterval(() => {}, 5)',
    'setImmediate(() => {})',
    'const later = setTimeout',
    'const ports = { setTimeout }',
    `const reply = fetch('x')`,
    'const home = process.env.HOME',
    'const t = performance.now()',
    'const id = crypto.randomUUID()',
    `console.log('x')`,
    `globalThis.setTimeout(() => {}, 5)`,
    'const signal = AbortSignal.timeout(5)',
    'function f(run = setTimeout) { return run }',
    'declare const process: { env: object }; const home = process.env',
    'function f(process: number) { return process }; const home = process.env',
    'if (a) { const fetch = 1 } fetch(2)',
    'class A { private readonly t = Date.now() }',
  ])('%s', text => {
    expect(effectViolations(sourceFile('src/store/a.ts', text))).not.toEqual([])
  })

  test('inside a component', () => {
    const text = 'export function Age() { return <Text>{Date.now()}</Text> }'
    expect(effectViolations(sourceFile('src/tui/age.tsx', text))).toHaveLength(1)
  })
})

describe('pure code is accepted', () => {
  test.each([
    'const text = new Date(ms).toISOString()',
    `const t = Date.parse('2026-01-01')`,
    'let d: Date',
    'const x = Math.floor(1.5)',
    'const h = http.fetch(1); const f = { fetch: 1, process: 2 }',
    'const process = 1; function f() { return process }',
    'function f({ process, a: [fetch], ...crypto }, console = 1) { return [process, fetch, crypto, console] }',
    'for (const process of list) use(process)',
    'type Run = (process: number) => void',
    'try { f() } catch (process) { use(process) }',
    'interface Http { fetch(): void }',
    'queueMicrotask(() => {})',
  ])('%s', text => {
    expect(effectViolations(sourceFile('src/store/a.ts', text))).toEqual([])
  })

  test('all effects in node/ and main.ts', () => {
    for (const path of ['src/node/clock.ts', 'src/main.ts']) {
      expect(effectViolations(sourceFile(path, 'export const t = Date.now()'))).toEqual([])
    }
  })
})
