import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const STAMP = 'node_modules/.axisor-installed'

function lockHash(root) {
  const text = readFileSync(new URL('package-lock.json', root))
  return createHash('sha256').update(text).update(`${process.platform} ${process.arch}`).digest('hex')
}

function readText(url) {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return null
  }
}

/** Records that node_modules matches package-lock.json. */
export function markInstalled(root) {
  writeFileSync(new URL(STAMP, root), lockHash(root))
}

/** True if node_modules matches package-lock.json, however it was installed. */
export function isInstalled(root) {
  if (!existsSync(new URL('node_modules/.bin/node', root))) return false
  if (readText(new URL(STAMP, root)) === lockHash(root)) return true
  if (!matchesLock(root)) return false
  markInstalled(root)
  return true
}

/** Compares with npm's own record, which npm writes last. It does not list packages for other platforms. */
function matchesLock(root) {
  const record = readText(new URL('node_modules/.package-lock.json', root))
  if (record === null) return false
  const required = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')).packages
  const installed = JSON.parse(record).packages
  return Object.entries(required).every(([path, { version, optional }]) => {
    if (path === '') return true
    const found = installed[path]
    return found === undefined ? optional === true : found.version === version
  })
}

/** Returns the environment without this checkout's node_modules/.bin on PATH: an install must not run programs that it replaces. */
export function withoutLocalPrograms(root, env) {
  const ours = fileURLToPath(new URL('node_modules/.bin', root))
  const kept = (env.PATH ?? '').split(delimiter).filter(folder => folder !== ours)
  return { ...env, PATH: kept.join(delimiter) }
}
