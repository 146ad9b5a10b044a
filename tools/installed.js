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

/** Remembers that node_modules holds what package-lock.json asks for. */
export function markInstalled(root) {
  writeFileSync(new URL(STAMP, root), lockHash(root))
}

/** True when node_modules holds what package-lock.json asks for, whoever installed it. */
export function isInstalled(root) {
  if (!existsSync(new URL('node_modules/.bin/node', root))) return false
  if (readText(new URL(STAMP, root)) === lockHash(root)) return true
  if (!matchesLock(root)) return false
  markInstalled(root)
  return true
}

/** npm writes down what it has installed as its last act; packages for other platforms are not among it. */
function matchesLock(root) {
  const found = readText(new URL('node_modules/.package-lock.json', root))
  if (found === null) return false
  const wanted = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')).packages
  const installed = JSON.parse(found).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    const there = installed[path]
    return there === undefined ? optional === true : there.version === version
  })
}

/** The environment with this folder's node_modules/.bin taken off PATH: whoever replaces it must not run programs from it. */
export function withoutLocalPrograms(root, env) {
  const ours = fileURLToPath(new URL('node_modules/.bin', root))
  const kept = (env.PATH ?? '').split(delimiter).filter(folder => folder !== ours)
  return { ...env, PATH: kept.join(delimiter) }
}
