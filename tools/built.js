import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Where a build writes down what it was made from and the files it made. */
export const BUILD_STAMP = 'dist/.build.json'

/** A hash of all that a build depends on: sources, versions, options. Times of files don't count. */
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
    ...sources.sort(),
  ]
  for (const path of files)
    hash
      .update(`${path}\0`)
      .update(readFileSync(new URL(path, root)))
      .update('\0')
  return hash.digest('hex')
}

/** The last build's stamp, or null if there is none to be relied on. */
export function readStamp(root) {
  try {
    return JSON.parse(readFileSync(new URL(BUILD_STAMP, root), 'utf8'))
  } catch {
    return null
  }
}

/** True when dist holds the program that the sources describe. */
export function isBuilt(root) {
  const stamp = readStamp(root)
  if (stamp?.hash !== sourceHash(root)) return false
  return stamp.files.every(file => existsSync(new URL(`dist/${file}`, root)))
}
