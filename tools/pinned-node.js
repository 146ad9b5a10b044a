import { spawnSync } from 'node:child_process'

/** Packages of Debian and Ubuntu with libraries that the pinned Node.js needs and that a slim image lacks. */
const DEBIAN_PACKAGES = {
  'libatomic.so.1': 'libatomic1',
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
}

const MISSING_LIBRARY = /error while loading shared libraries: ([\w.+-]+): cannot open shared object file/

/** Returns which library the output of a program reports as missing and what to do, or null if it reports none. */
export function missingLibrary(output) {
  const library = MISSING_LIBRARY.exec(output)?.[1]
  if (library === undefined) return null
  const name = DEBIAN_PACKAGES[library]
  const action =
    name === undefined
      ? 'install the package that contains it'
      : `install the package ${name} (Debian and Ubuntu: apt-get install ${name})`
  return `the pinned Node.js needs the library ${library}, which is missing: ${action}, then try again`
}

/** Returns why the Node.js at this path does not start and what to do, or null if it starts. */
export function startFailure(node) {
  const { status, stderr, error, signal } = spawnSync(node, ['--version'], {
    encoding: 'utf8',
    // The message of the dynamic loader is translated.
    env: { ...process.env, LC_ALL: 'C' },
    shell: process.platform === 'win32',
  })
  if (status === 0) return null
  const missing = missingLibrary(stderr ?? '')
  if (missing !== null) return missing
  const ended = signal === null ? `exit code ${status}` : `stopped by ${signal}`
  const reason = error?.message ?? (stderr.trim().split('\n')[0] || ended)
  return `the pinned Node.js (node_modules/.bin/node) does not start: ${reason}`
}
