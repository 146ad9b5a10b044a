import { posix } from 'node:path'
import { importsOf } from './imports.ts'
import type { SourceFile } from './source.ts'

/** Groups of files that import each other in a circle, types and later loads included; the members of each group in order. */
export function importCircles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map(files.map(file => [file.path, targetsOf(file)]))
  const reached = new Map([...targets.keys()].map(path => [path, reachedFrom(path, targets)]))
  const circles = new Map<string, readonly string[]>()
  for (const [path, others] of reached) {
    if (!others.has(path)) continue
    const members = [...others].filter(other => reached.get(other)?.has(path)).sort()
    circles.set(members.join(), members)
  }
  return [...circles.values()]
}

function targetsOf(file: SourceFile): readonly string[] {
  return importsOf(file)
    .filter(({ target }) => target.startsWith('.'))
    .map(({ target }) => posix.join(posix.dirname(file.path), target))
}

/** The file itself is among them only if a way leads back to it. */
function reachedFrom(path: string, targets: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...(targets.get(path) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    waiting.push(...(targets.get(next) ?? []))
  }
  return reached
}
