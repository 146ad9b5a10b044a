import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const tools = fileURLToPath(new URL('../../tools', import.meta.url))

const LOADER_ERROR =
  'node: error while loading shared libraries: libatomic.so.1: cannot open shared object file: No such file or directory'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'axisor-setup-'))
  cpSync(tools, join(folder, 'tools'), { recursive: true })
  mkdirSync(join(folder, 'programs'))
  mkdirSync(join(folder, 'src'))
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json'])
    writeFileSync(join(folder, file), '{"type":"module","packages":{}}')
})
afterEach(() => rmSync(folder, { recursive: true }))

function writeProgram(path: string, script: string): void {
  writeFileSync(join(folder, path), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, path), 0o755)
}

/** Runs the set-up with this shell script as npm. */
function setUp(npm: string) {
  writeProgram('programs/npm', npm)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/setup.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${join(folder, 'programs')}:/usr/bin:/bin` },
  })
  return { status, stdout, lines: stderr.trimEnd().split('\n') }
}

/** Installs a pinned Node.js that runs this shell script. */
const installNode = (script: string) =>
  `mkdir -p node_modules/.bin && printf '%s\\n' '#!/bin/sh' '${script}' > node_modules/.bin/node && chmod +x node_modules/.bin/node`

describe('the set-up names the missing package', () => {
  const message =
    'axisor: the pinned Node.js needs the library libatomic.so.1, which is missing: ' +
    'install the package libatomic1 (Debian and Ubuntu: apt-get install libatomic1), then try again'

  test('when an install script fails and npm removes the packages again', () => {
    const { status, stdout, lines } = setUp(`echo 'npm error ${LOADER_ERROR}' >&2; exit 127`)
    expect(lines).toEqual([expect.stringContaining('installing'), `npm error ${LOADER_ERROR}`, message])
    expect([status, stdout]).toEqual([1, ''])
  })

  test('when npm succeeds and the pinned Node.js does not start', () => {
    const { status, lines } = setUp(installNode(`echo "${LOADER_ERROR}" >&2; exit 127`))
    expect(lines.at(-1)).toBe(message)
    expect(status).toBe(1)
    expect(existsSync(join(folder, 'node_modules/.axisor-installed'))).toBe(false)
  })
})

test('the set-up does not override ignore-scripts, and names what it needs then', () => {
  const { status, lines } = setUp(`case "$*" in *ignore-scripts*) exit 3;; esac; mkdir -p node_modules/.bin`)
  expect(lines.at(-1)).toMatch(
    /ignore-scripts: .* npm rebuild --ignore-scripts=false node esbuild, then try again$/,
  )
  expect(status).toBe(1)
})

test('the set-up points to the network when npm fails for another reason', () => {
  const { status, lines } = setUp(`echo 'npm error ENOTFOUND' >&2; exit 1`)
  expect(lines.at(-1)).toMatch(/could not install the packages \(exit code 1\); .*check the network/)
  expect(status).toBe(1)
})
