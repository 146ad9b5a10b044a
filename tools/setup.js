// The first step of `npm start`, `npm test` and `npm run check`: installs the packages if they are missing, and builds if the
// sources have changed. With `--packages-only` nothing is built. Runs on Node.js 18 or newer without any package. Prints nothing if there is nothing to do.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isBuilt } from './built.js'
import { isInstalled, markInstalled, withoutLocalPrograms } from './installed.js'
import { withLock } from './lock.js'
import { missingLibrary, startFailure } from './pinned-node.js'

const root = new URL('..', import.meta.url)
const wantsBuild = !process.argv.includes('--packages-only')
const pinnedNode = fileURLToPath(new URL('node_modules/.bin/node', root))

/** Runs the two install scripts that the set-up needs: of the pinned Node.js, and of the bundler. */
const ALLOW_SCRIPTS = 'npm rebuild --ignore-scripts=false node esbuild'

/** Maximum number of characters of a program's messages that are kept. */
const KEPT_OUTPUT = 20_000

function printLine(text) {
  process.stderr.write(`axisor: ${text}\n`)
}

/**
 * Runs a program to its end. Its output goes to stderr, because stdout belongs to the command that follows.
 * @throws with the end of its messages as `output`, if it fails
 */
function run(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env,
      stdio: ['ignore', 2, 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stderr.on('data', chunk => {
      process.stderr.write(chunk)
      output = `${output}${chunk}`.slice(-KEPT_OUTPUT)
    })
    const forward = signal => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeListener(name, forward)
      if (code === 0) return resolve()
      const error = new Error(signal === null ? `exit code ${code}` : `stopped by ${signal}`)
      reject(Object.assign(error, { output }))
    })
  })
}

async function install() {
  printLine('installing packages (only once, usually less than a minute) …')
  const wanted = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath ?? ''
  const env = withoutLocalPrograms(root, process.env)
  // npm starts with the Node that started npm itself: the one in node_modules is about to be replaced.
  const startedByNpm = npm.endsWith('npm-cli.js') && process.env.npm_node_execpath
  try {
    if (startedByNpm) await run(process.env.npm_node_execpath, [npm, ...wanted], env)
    else await run('npm', wanted, env)
  } catch (error) {
    // The install scripts of packages run on the pinned Node.js; npm removes it again when one of them fails.
    const missing = missingLibrary(error.output ?? '')
    if (missing !== null) throw new Error(missing)
    if (error.code === 'ENOENT')
      throw new Error('npm is not on the PATH: install Node.js with npm, then try again')
    throw new Error(
      `could not install the packages (${error.message}); see npm's message above, check the network and try again`,
    )
  }
  if (!existsSync(pinnedNode)) {
    throw new Error(
      'npm did not install the pinned Node.js (node_modules/.bin/node), as with the setting ignore-scripts: ' +
        `allow the install scripts of two packages with ${ALLOW_SCRIPTS}, then try again`,
    )
  }
  throwIfPinnedNodeFails()
  markInstalled(root)
}

/** @throws if the pinned Node.js does not start, for example because a library is missing */
function throwIfPinnedNodeFails() {
  const failure = startFailure(pinnedNode)
  if (failure !== null) throw new Error(failure)
}

async function build() {
  try {
    await run(existsSync(pinnedNode) ? pinnedNode : process.execPath, ['tools/build.js'])
  } catch (error) {
    if (existsSync(pinnedNode)) throwIfPinnedNodeFails()
    throw new Error(`could not build the program (${error.message}): see the messages above`)
  }
}

async function main() {
  if (isInstalled(root) && (!wantsBuild || isBuilt(root))) return
  await withLock(
    new URL('dist/.setup.lock', root),
    () => printLine('waiting for another set-up that is running here …'),
    async () => {
      if (!isInstalled(root)) await install()
      if (wantsBuild && !isBuilt(root)) await build()
    },
  )
}

main().catch(error => {
  printLine(error.message)
  process.exitCode = 1
})
