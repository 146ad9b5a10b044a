// Each file of the program costs a start about as much as a hundredth of starting Node. esbuild makes a file of its own for whatever a
// different set of the parts loaded later has in common, dozens of them, because it does not know what is already there when a part is
// loaded. Told that, it makes one of them.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Loaded before any other part. */
/** The last two are shared by what reads foreign data and by parts of node/: with the program they cost no file of their own. */
const PROGRAM = ['src/commands/run.ts', 'src/node/world.ts', 'src/domain/retry-after.ts', 'src/domain/xdg.ts']

/** Whatever checks foreign data loads most of what these do. */
const READING = ['src/commands/views/snapshot.ts', 'src/commands/views/line.ts']
const CHECKING = 'src/wire/lnm/validate.ts'

/** The files that are loaded when they are needed, by esbuild's account of a build. */
function loadedLater(inputs) {
  const dynamic = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ kind, external }) => kind === 'dynamic-import' && !external),
  )
  return new Set(dynamic.map(({ path }) => path).filter(path => path.startsWith('src/')))
}

/** Whatever is loaded together with a file. */
function loadedWith(file, inputs, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  for (const { kind, path, external } of inputs[file]?.imports ?? [])
    if (kind !== 'dynamic-import' && !external) loadedWith(path, inputs, found)
  return found
}

/** Says in each part that is loaded later what is there by then. `inputs` is esbuild's account of a build without that. */
export function fewerParts({ inputs }, root) {
  const later = loadedLater(inputs)
  return {
    name: 'fewer-parts',
    setup(context) {
      context.onLoad({ filter: /[\\/]src[\\/].*\.tsx?$/ }, ({ path }) => {
        const file = path.slice(root.length).replaceAll('\\', '/')
        if (!later.has(file)) return undefined
        const isReading = loadedWith(file, inputs).has(CHECKING)
        const there = isReading ? [...PROGRAM, ...READING] : PROGRAM
        // At the end, so that the lines of the source stay where they are.
        const imports = there.map(each => `import ${JSON.stringify(resolve(root, each))}`)
        const loader = path.endsWith('x') ? 'tsx' : 'ts'
        return { contents: [readFileSync(path, 'utf8'), ...imports].join('\n'), loader }
      })
    },
  }
}
