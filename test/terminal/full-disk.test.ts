import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

test.runIf(existsSync('/dev/full')).each([
  [2, ['watch', '--demo', '--json']],
  [2, ['watch', '--demo', '--plain']],
  [2, ['snapshot', '--demo', '--json']],
  [2, ['sim', 'serve']],
  [2, ['relay', 'serve', '--demo', '--port', '0']],
  [2, ['--version']],
  [3, ['check', '--demo', '--nagios']],
])('exits %i on a full disk, and names it: %s', { timeout: 60_000 }, (code, args) => {
  const full = openSync('/dev/full', 'w')
  try {
    const { status, stderr } = spawnSync(process.execPath, [axisor, ...args], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      timeout: 30_000,
    })
    expect(stderr).toContain('cannot write the output (ENOSPC)')
    expect(status).toBe(code)
  } finally {
    closeSync(full)
  }
})
