import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('counts passed, failed and skipped tests in the last line of the run', () => {
  const code = `
    import { ClosingLine } from ${JSON.stringify(new URL('../../../tools/closing-line.js', import.meta.url))}
    const made = state => ({ result: () => ({ state }) })
    const tests = [
      made('skipped'),
      made('passed'),
    ]
    const allTests = state => tests.filter(each => state === undefined || each.result().state === state)
    const reporter = new ClosingLine()
    reporter.onInit({ config: { watch: false } })
    reporter.onTestRunEnd([{ state: () => 'passed', children: { allTests } }], [])`
  expect(String(execFileSync(process.execPath, ['--input-type=module', '-e', code]))).toBe(
    '\n1 passed, 0 failed, 1 skipped\n',
  )
})
