import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** The stamp of a build: a hash of its inputs and the names of its files. */
export const BUILD_STAMP = 'dist/.build.json'

/** Hashes all inputs of a build: sources, versions, options. File times are ignored. */
export function sourceHash(root) {
  const hash = createHash('sha256')
  const sources = readdirSync(new URL('src', root), { recursive: true })
    .map(path => `src/${path}`)
    .filter(path => /\.tsx?$/.test(path))
  const files = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tools/build.js',
    'tools/built.js',
    'tools/bundled-licenses.js',
    'tools/fewer-parts.js',
    'tools/lean-packages.js',
    'tools/scripts.js',
    ...sources.sort(),
  ]
  for (const path of files)
    hash
      .update(`${path}\0`)
      .update(readFileSync(new URL(path, root)))
      .update('\0')
  return hash.digest('hex')
}

/** Returns the stamp of the last build, or null if it is missing or invalid. */
export function readStamp(root) {
  try {
    return JSON.parse(readFileSync(new URL(BUILD_STAMP, root), 'utf8'))
  } catch {
    return null
  }
}

/** True if dist is up to date with the sources. */
export function isBuilt(root) {
  const stamp = readStamp(root)
  if (stamp?.hash !== sourceHash(root)) return false
  return stamp.files.every(file => existsSync(new URL(`dist/${file}`, root)))
}
