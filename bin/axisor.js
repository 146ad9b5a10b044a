#!/usr/bin/env node
// Starts the program in dist/, on a Node that can run it.
import { existsSync, lstatSync, mkdirSync } from 'node:fs'

const OLDEST = [22, 19]
const root = new URL('..', import.meta.url)

/** Ends before anything has begun. */
function refuse(message) {
  process.stderr.write(`axisor: ${message}\n`)
  process.exitCode = 2
}

function isTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

/**
 * Keeps compiled code between starts, in a folder that nobody else can write to: whoever can, decides what runs here.
 * Without such a folder the program starts a little later, that is all.
 */
function keepCompiledCode({ enableCompileCache }) {
  const { HOME, XDG_CACHE_HOME } = process.env
  const caches = XDG_CACHE_HOME?.startsWith('/')
    ? XDG_CACHE_HOME
    : HOME?.startsWith('/')
      ? `${HOME}/.cache`
      : null
  if (caches === null) return
  try {
    const folder = `${caches}/axisor`
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { mode, uid } = lstatSync(folder)
    const isOursAlone = (mode & 0o170022) === 0o040000 && uid === process.getuid()
    if (isOursAlone) enableCompileCache(`${folder}/compiled`)
  } catch {
    // A full disk, a read-only home: nothing that the user must hear about.
  }
}

/** npm runs its scripts in a shell that does not pass signals on: whoever ends `npm start` ends the shell alone. */
function endWithNpm() {
  const { npm_package_name, npm_lifecycle_event } = process.env
  if (npm_package_name !== 'axisor' || npm_lifecycle_event !== 'start') return
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGHUP')
  }, 500)
  watch.unref()
}

if (isTooOld()) {
  const newer = new URL('node_modules/node/bin/node', root)
  const { fileURLToPath } = await import('node:url')
  if (existsSync(newer) && fileURLToPath(newer) !== process.execPath) {
    const { runOn } = await import('./run-on.js')
    await runOn(fileURLToPath(newer), [fileURLToPath(import.meta.url), ...process.argv.slice(2)])
  } else refuse(`needs Node ${OLDEST.join('.')} or newer, this is ${process.versions.node}`)
} else {
  process.env.NODE_ENV ??= 'production'
  keepCompiledCode(process.getBuiltinModule('node:module'))
  endWithNpm()
  const program = new URL('dist/main.js', root)
  if (existsSync(program)) await import(program.href)
  else refuse('not built yet: run npm run build')
}
