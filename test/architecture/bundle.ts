/** The fields of esbuild's metafile that are used here, for one output file. */
interface Output {
  readonly entryPoint?: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly imports: readonly { readonly path: string; readonly kind: string }[]
}

/** esbuild's metafile: the sources and imports of each output file. */
export interface Meta {
  readonly outputs: Readonly<Record<string, Output>>
}

/** Returns the entry files of the bundle by source path: the main entry and all dynamic imports. */
export function entriesOf(meta: Meta): ReadonlyMap<string, string> {
  const entries = Object.entries(meta.outputs).flatMap(([file, { entryPoint }]) =>
    entryPoint === undefined ? [] : [[entryPoint, file] as const],
  )
  return new Map(entries)
}

/** Returns a file of the bundle and all files that its static imports load transitively. */
export function filesLoadedWith(meta: Meta, file: string): ReadonlySet<string> {
  const files = new Set([file])
  for (const each of files) {
    for (const { path, kind } of meta.outputs[each]?.imports ?? []) {
      if (kind === 'import-statement' && path in meta.outputs) files.add(path)
    }
  }
  return files
}

/** Returns all sources in the files that are loaded with a file. */
export function loadedWith(meta: Meta, file: string): ReadonlySet<string> {
  const files = [...filesLoadedWith(meta, file)]
  return new Set(files.flatMap(each => Object.keys(meta.outputs[each]?.inputs ?? {})))
}

/** Returns the packages of node_modules among sources. */
export function packagesIn(sources: ReadonlySet<string>): ReadonlySet<string> {
  const names = [...sources].flatMap(source => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [])
  return new Set(names)
}
