/** What esbuild says of one file of the bundle, as far as needed here. */
interface Output {
  readonly entryPoint?: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly imports: readonly { readonly path: string; readonly kind: string }[]
}

/** esbuild's account of a build: which sources went into which file, and which file loads which. */
export interface Meta {
  readonly outputs: Readonly<Record<string, Output>>
}

/** The files of the bundle that some code loads by itself: the entry, and whatever is imported dynamically; by source path. */
export function entriesOf(meta: Meta): ReadonlyMap<string, string> {
  const entries = Object.entries(meta.outputs).flatMap(([file, { entryPoint }]) =>
    entryPoint === undefined ? [] : [[entryPoint, file] as const],
  )
  return new Map(entries)
}

/** All sources that are loaded together with a file of the bundle: its own and those of its static imports, to the end. */
export function loadedWith(meta: Meta, file: string): ReadonlySet<string> {
  const files = new Set([file])
  const sources = new Set<string>()
  for (const each of files) {
    const output = meta.outputs[each]
    for (const source of Object.keys(output?.inputs ?? {})) sources.add(source)
    for (const { path, kind } of output?.imports ?? []) {
      if (kind === 'import-statement' && path in meta.outputs) files.add(path)
    }
  }
  return sources
}

/** The packages of node_modules among sources. */
export function packagesIn(sources: ReadonlySet<string>): ReadonlySet<string> {
  const names = [...sources].flatMap(source => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [])
  return new Set(names)
}
