import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

test.runIf(existsSync('/dev/full')).each([
  ['watch', '--demo', '--json'],
  ['watch', '--demo', '--plain'],
  ['snapshot', '--demo', '--json'],
  ['sim', 'serve'],
  ['relay', 'serve', '--demo', '--port', '0'],
])('reports a full disk as such: %s %s', { timeout: 60_000 }, (...args) => {
  const full = openSync('/dev/full', 'w')
  try {
    const { status, stderr } = spawnSync(process.execPath, [axisor, ...args], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      timeout: 30_000,
    })
    expect(stderr).toContain('cannot write the output (ENOSPC)')
    expect(status).toBe(2)
  } finally {
    closeSync(full)
  }
})
