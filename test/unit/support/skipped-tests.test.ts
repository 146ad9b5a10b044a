import { expect, test } from 'vitest'
import type { TestModule } from 'vitest/node'
import type { Services } from '../../services/debian.ts'
import { skippedLines } from '../../services/skipped-tests.ts'

/** A test module with one passed test and the given skipped ones. */
function moduleWith(skipped: readonly string[], services?: Services): TestModule {
  const allTests = (state: string) => (state === 'skipped' ? skipped.map(fullName => ({ fullName })) : [])
  const project = { getProvidedContext: () => ({ services }) }
  return { children: { allTests }, project } as unknown as TestModule
}

const NONE_MISSING: Services = { keyring: true, postgres: true, pgbouncer: true, redis: true, shells: true }

test('names skipped tests and how to install the missing service', () => {
  const modules = [moduleWith([]), moduleWith(['broker > lists keys'], { ...NONE_MISSING, redis: false })]
  const [first, second, ...rest] = skippedLines(modules)
  expect(first).toBe('skipped: broker > lists keys')
  expect(second).toMatch(/^Redis is missing\..*apt-get install redis-server.*AXISOR_TEST_SERVICES=off/)
  expect(rest).toEqual([])
})

test('names tests skipped for another reason without a hint', () => {
  expect(skippedLines([moduleWith(['systemd (needs systemd-analyze)'], NONE_MISSING)])).toEqual([
    'skipped: systemd (needs systemd-analyze)',
  ])
})

test('prints nothing when no test was skipped', () => {
  expect(skippedLines([moduleWith([], { ...NONE_MISSING, redis: false })])).toEqual([])
})
