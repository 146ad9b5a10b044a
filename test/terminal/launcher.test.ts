import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const launcher = fileURLToPath(new URL('bin/axisor.js', root))

interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ending> {
  return new Promise(resolve => {
    const child = execFile(program, [...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr })
    })
  })
}

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
  expect(await run(process.execPath, [launcher, '--version'])).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  })
})
