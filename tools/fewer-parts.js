// Loading one more file adds about 1 % of Node's start-up time. esbuild creates a shared chunk for every distinct set of parts that have
// code in common, dozens of them, because it does not know what is already loaded when a part is. With that knowledge it creates one.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * Files loaded before any other part. Those of domain/ and net/ are shared by what reads foreign data, by clients and by servers: here
 * they need no file of their own.
 */
const PROGRAM = [
  'src/commands/run.ts',
  'src/commands/simulated-exchange.ts',
  'src/node/world.ts',
  'src/node/net/headers.ts',
  'src/node/net/message-parts.ts',
  'src/node/net/route.ts',
  'src/node/net/verified-tls.ts',
  'src/domain/alerts/alert.ts',
  'src/domain/color.ts',
  'src/domain/deadline-timer.ts',
  'src/domain/forgetting-map.ts',
  'src/domain/message-deadline.ts',
  'src/domain/parts.ts',
  'src/domain/retry-after.ts',
  'src/domain/token-bucket.ts',
  'src/domain/xdg.ts',
]

/** Parts that validate exchange data load most of what these files load. */
const READING = ['src/commands/views/snapshot.ts', 'src/commands/views/line.ts']
const CHECKING = 'src/wire/validate.ts'

/** The decoders of the files of alerts, ledgers, and the export of the dashboard: only such parts load them. */
const AFTER_READING = ['src/wire/alerts/', 'src/node/ledger/', 'src/commands/watch/export-shown.ts']

/** Returns the source files that are loaded by a dynamic import, from esbuild's metafile. */
function loadedLater(inputs) {
  const dynamic = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ kind, external }) => kind === 'dynamic-import' && !external),
  )
  return new Set(dynamic.map(({ path }) => path).filter(path => path.startsWith('src/')))
}

/** Returns the static dependencies of a file. */
function loadedWith(file, inputs, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  for (const { kind, path, external } of inputs[file]?.imports ?? [])
    if (kind !== 'dynamic-import' && !external) loadedWith(path, inputs, found)
  return found
}

/**
 * An esbuild plugin that declares in each dynamically loaded part the files that are loaded by then. `inputs` is from the metafile
 * of a build without it.
 */
export function fewerParts({ inputs }, root) {
  const later = loadedLater(inputs)
  return {
    name: 'fewer-parts',
    setup(context) {
      context.onLoad({ filter: /[\\/]src[\\/].*\.tsx?$/ }, ({ path }) => {
        const file = path.slice(root.length).replaceAll('\\', '/')
        if (!later.has(file)) return undefined
        const isReading =
          AFTER_READING.some(folder => file.startsWith(folder)) || loadedWith(file, inputs).has(CHECKING)
        const loaded = isReading ? [...PROGRAM, ...READING] : PROGRAM
        // At the end, so that the lines of the source stay where they are.
        const imports = loaded.map(each => `import ${JSON.stringify(resolve(root, each))}`)
        const loader = path.endsWith('x') ? 'tsx' : 'ts'
        return { contents: [readFileSync(path, 'utf8'), ...imports].join('\n'), loader }
      })
    },
  }
}
