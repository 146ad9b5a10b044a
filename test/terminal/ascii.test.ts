import { describe, expect, test } from 'vitest'
import { axisorRun } from '../support/program.ts'

const NOT_ASCII = /[^\0-\x7f]/

describe('without a UTF-8 locale', () => {
  test.each([
    ['snapshot', '--demo', '--format', 'text'],
    ['positions', '--demo', '--format', 'text'],
    ['orders', '--demo', '--format', 'text'],
    ['account', '--demo', '--format', 'text'],
    ['market', '--demo', '--format', 'text'],
    ['history', '--demo', '--format', 'text'],
    ['funding', '--demo', '--format', 'text'],
    ['line', '--demo'],
    ['check', '--demo'],
    ['--help'],
    ['watch', '--help'],
    ['relay', 'serve', '--help'],
    ['snapshot', '--fields', 'é·'],
    ['snapshot', '--timeout', '…'],
  ])('prints ASCII only: %s %s %s', { timeout: 60_000 }, async (...argv) => {
    const { out, err } = await axisorRun(argv, { env: { LC_ALL: 'C', LANG: 'en_US.UTF-8' } })
    expect(`${out}${err}`).not.toBe('')
    expect(`${out}${err}`).not.toMatch(NOT_ASCII)
  })

  test('keeps its signs with UTF-8', { timeout: 60_000 }, async () => {
    const { out } = await axisorRun(['snapshot', '--demo', '--format', 'text'], { env: { LANG: 'C.UTF-8' } })
    expect(out).toMatch(NOT_ASCII)
  })
})
