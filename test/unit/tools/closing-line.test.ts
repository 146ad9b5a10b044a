import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('lists skipped tests before the last line, with what is missing', () => {
  const code = `
    import { ClosingLine } from ${JSON.stringify(new URL('../../../tools/closing-line.js', import.meta.url))}
    const made = (fullName, state) => ({ fullName, result: () => ({ state }) })
    const tests = [
      made('a keyring (skipped: gnome-keyring is not installed) > is asked', 'skipped'),
      made('sums > add up', 'passed'),
    ]
    const allTests = state => tests.filter(each => state === undefined || each.result().state === state)
    const reporter = new ClosingLine()
    reporter.onInit({ config: { watch: false } })
    reporter.onTestRunEnd([{ state: () => 'passed', children: { allTests } }], [])`
  expect(String(execFileSync(process.execPath, ['--input-type=module', '-e', code]))).toBe(
    '\nskipped: a keyring (skipped: gnome-keyring is not installed) > is asked\n1 passed, 0 failed, 1 skipped\n',
  )
})
