import { posix } from 'node:path'
import { importsOf } from './imports.ts'
import type { SourceFile } from './source.ts'

/** Groups of files that import each other in a circle, types and later loads included; the members of each group in order. */
export function importCircles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  return circlesOf(new Map(files.map(file => [file.path, targetsOf(file)])))
}

/** Groups of folders that import each other in a circle. A folder and the folders inside it count as one part here. */
export function folderCircles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map<string, string[]>()
  for (const file of files) {
    const folder = posix.dirname(file.path)
    const others = targetsOf(file)
      .map(target => posix.dirname(target))
      .filter(other => !contains(folder, other) && !contains(other, folder))
    targets.set(folder, [...(targets.get(folder) ?? []), ...others])
  }
  return circlesOf(targets)
}

function contains(folder: string, other: string): boolean {
  return `${other}/`.startsWith(`${folder}/`)
}

function circlesOf(targets: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
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

/** Everything reachable from `start`; `start` itself only if a path leads back to it. */
function reachedFrom(start: string, targets: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...(targets.get(start) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    waiting.push(...(targets.get(next) ?? []))
  }
  return reached
}
