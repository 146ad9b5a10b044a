import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { environmentOf, openTestServer } from '../support/simulator-server.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

test('prints no secret with NODE_DEBUG and DEBUG', { timeout: 60_000 }, async () => {
  const server = await openTestServer()
  onTestFinished(() => server.close())
  const folder = openTempFolder()
  onTestFinished(folder.remove)
  const { key, secret, passphrase } = server.credentials
  const child = spawn(process.execPath, [axisor, 'snapshot', '--json', '--timeout', '10s'], {
    env: {
      PATH: process.env.PATH,
      HOME: folder.path,
      ...environmentOf(server),
      NODE_DEBUG: '*',
      DEBUG: '*',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += String(chunk)
    })
  await once(child, 'close')
  expect([child.exitCode, output.includes('"totals"')]).toEqual([0, true])
  for (const text of [key, secret, passphrase, 'lnm-access', 'LNM-ACCESS']) expect(output).not.toContain(text)
})
