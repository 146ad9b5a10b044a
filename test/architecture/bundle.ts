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

/** A file of the bundle and those that its static imports load, to the end. */
export function filesLoadedWith(meta: Meta, file: string): ReadonlySet<string> {
  const files = new Set([file])
  for (const each of files) {
    for (const { path, kind } of meta.outputs[each]?.imports ?? []) {
      if (kind === 'import-statement' && path in meta.outputs) files.add(path)
    }
  }
  return files
}

/** All sources that are in those files. */
export function loadedWith(meta: Meta, file: string): ReadonlySet<string> {
  const files = [...filesLoadedWith(meta, file)]
  return new Set(files.flatMap(each => Object.keys(meta.outputs[each]?.inputs ?? {})))
}

/** The packages of node_modules among sources. */
export function packagesIn(sources: ReadonlySet<string>): ReadonlySet<string> {
  const names = [...sources].flatMap(source => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [])
  return new Set(names)
}
