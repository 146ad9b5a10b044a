#!/usr/bin/env node
// Starts the program in dist/ on a supported Node.

const OLDEST = [22, 19]
const root = new URL('..', import.meta.url)

/** Prints an error and exits with code 2. */
function refuse(message) {
  process.stderr.write(`axisor: ${message}\n`)
  process.exitCode = 2
}

function isTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

/**
 * Exits when the parent is gone, for two parents that may exit without a signal: the shell of `npm start`, which forwards none,
 * and a killed launcher on an old Node. Otherwise a dashboard would keep drawing over the prompt, and a server would keep its port.
 */
function endWithParent() {
  const { npm_package_name, npm_lifecycle_event, AXISOR_LAUNCHER } = process.env
  delete process.env.AXISOR_LAUNCHER
  const parent = process.ppid
  const isNpm = npm_package_name === 'axisor' && npm_lifecycle_event === 'start'
  if (!isNpm && AXISOR_LAUNCHER === undefined) return
  const end = () => process.kill(process.pid, 'SIGHUP')
  // The launcher exited before this line.
  if (AXISOR_LAUNCHER !== undefined && AXISOR_LAUNCHER !== String(parent)) return end()
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    end()
  }, 500)
  watch.unref()
}

/**
 * Removes the variables that make Node and libraries print requests with their secrets. Returns true if Node has read one of them
 * already, so that only another process is without it.
 */
function removeDebugVariables() {
  const isRead = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE'].some(name => process.env[name])
  for (const name of ['DEBUG', 'NODE_DEBUG', 'NODE_DEBUG_NATIVE']) delete process.env[name]
  return isRead
}

/**
 * The flag that limits V8's room for new objects, in MiB. It grows with the first burst of work and is kept: 40 MiB of a relay with
 * 10,000 idle clients. V8's code cache does not depend on the flag.
 */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=8'

/** Returns true for a relay whose operator has not set that size. Only a start of Node.js can set it. */
function needsSmallYoungGeneration() {
  const [, , command, subcommand] = process.argv
  if (command !== 'relay' || subcommand !== 'serve' || process.execve === undefined) return false
  const flags = [process.env.NODE_OPTIONS, ...process.execArgv].join(' ')
  return !/--max[-_]semi[-_]space[-_]size/.test(flags)
}

/** Starts this program again in this process, which keeps its id, its parent and its terminal. Does not return. */
function restartWith(flag) {
  const emitWarning = process.emitWarning
  // Node.js warns that the function is experimental.
  process.emitWarning = () => {}
  try {
    process.execve(process.execPath, [process.execPath, flag, ...process.execArgv, ...process.argv.slice(1)])
  } finally {
    process.emitWarning = emitWarning
  }
}

const mayPrintSecrets = removeDebugVariables()

const NO_SET_UP =
  'npm skipped the set-up because ignore-scripts is set: run node tools/setup.js, then npm start again'
const hasNoSetUp =
  process.env.npm_lifecycle_event === 'start' && process.env.npm_config_ignore_scripts === 'true'

if (isTooOld()) {
  const newer = new URL('node_modules/node/bin/node', root)
  const [{ existsSync }, { fileURLToPath }] = await Promise.all([import('node:fs'), import('node:url')])
  if (existsSync(newer) && fileURLToPath(newer) !== process.execPath) {
    const { runOn } = await import('./run-on.js')
    await runOn(fileURLToPath(newer), [fileURLToPath(import.meta.url), ...process.argv.slice(2)])
  } else if (hasNoSetUp) refuse(NO_SET_UP)
  else {
    const wanted = OLDEST.join('.')
    refuse(
      `requires Node.js ${wanted} or newer, found ${process.versions.node}: install it from https://nodejs.org`,
    )
  }
} else if (mayPrintSecrets) {
  process.stderr.write('axisor: NODE_DEBUG is ignored: it would print secrets\n')
  const [{ runOn }, { fileURLToPath }] = await Promise.all([import('./run-on.js'), import('node:url')])
  const self = fileURLToPath(import.meta.url)
  // Node would print the environment of the child, which may hold a key.
  process.stderr.write = () => true
  await runOn(process.execPath, [...process.execArgv, self, ...process.argv.slice(2)])
} else {
  if (needsSmallYoungGeneration()) restartWith(SMALL_YOUNG_GENERATION)
  // Without ??=, so that Node.js 14 can parse this file and print that it is too old.
  if (process.env.NODE_ENV === undefined) process.env.NODE_ENV = 'production'
  // Not imported: an import reads every export, which loads streams, readline and more.
  const fs = process.getBuiltinModule('node:fs')
  endWithParent()
  const directory = `${import.meta.dirname}/../dist`
  if (fs.existsSync(`${directory}/main.cjs`)) {
    const { runProgram } = await import('./program.js')
    runProgram(directory, 'main.cjs')
  } else if (hasNoSetUp) refuse(NO_SET_UP)
  else refuse('not built yet: run npm run build')
}
