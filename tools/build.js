// Bundles src/main.ts into dist/: a small entry, and one file for each part that a command loads when it needs it; and beside it the
// program of the child process that calls the keychain, the manual page,
// and the licenses of the packages that are part of the bundle.
// `--clean` leaves nothing else in dist; `--outdir DIR` builds elsewhere and adds meta.json, esbuild's account of what went where.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUILD_STAMP, readStamp, sourceHash } from './built.js'
import { bundledLicenses } from './bundled-licenses.js'
import { fewerParts } from './fewer-parts.js'
import { leanPackages } from './lean-packages.js'

const root = new URL('..', import.meta.url)

/** What holds for both programs. */
function common(outdir) {
  return {
    absWorkingDir: fileURLToPath(root),
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node22.19',
    // Names stay, so that a stack trace can be read as it is.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  }
}

/** The program of the keychain's child process: Node starts one of this kind about 7 ms sooner. */
function bundleChild(outdir) {
  return build({
    ...common(outdir),
    entryPoints: [{ in: 'src/node/secrets/keychain/keychain-child.ts', out: 'keychain-child' }],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  })
}

function packageVersion() {
  return JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version
}

function bundleMain(outdir, plugins) {
  return build({
    ...common(outdir),
    entryPoints: [{ in: 'src/main.ts', out: 'main' }],
    splitting: true,
    format: 'esm',
    // esbuild does not know that Node has it, and would build each such expression when the file is loaded.
    supported: { 'regexp-set-notation': true },
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"production"',
      AXISOR_VERSION: JSON.stringify(packageVersion()),
    },
    legalComments: 'external',
    chunkNames: 'part-[hash]',
    plugins,
  })
}

/** A file of the bundle that still calls `require` (for Node's own modules) gets one; the map moves down by that line. */
function giveRequire(files) {
  const needing = new Set(files.filter(file => /typeof require\b/.test(file.text)).map(file => file.path))
  const line = `import{createRequire as _createRequire}from"node:module";const require=_createRequire(import.meta.url);\n`
  return files.map(({ path, contents, text }) => {
    if (needing.has(path)) return { path, contents: line + text }
    if (path.endsWith('.map') && needing.has(path.slice(0, -4))) {
      const map = JSON.parse(text)
      return { path, contents: JSON.stringify({ ...map, mappings: `;${map.mappings}` }) }
    }
    return { path, contents }
  })
}

/** Each file appears whole, the entry last: whoever starts meanwhile gets the old program or the new one. */
function write(files) {
  const entryLast = files.toSorted(
    (a, b) => Number(a.path.endsWith('main.js')) - Number(b.path.endsWith('main.js')),
  )
  for (const { path, contents } of entryLast) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, contents)
    renameSync(`${path}.new`, path)
  }
}

/** Keeps the parts of the build before this one: a program that is running may still load them. */
function tidy(outdir, made, before) {
  const kept = new Set([...made, ...before, '.setup.lock', '.build.json'])
  for (const name of readdirSync(outdir)) {
    if (!kept.has(name) && !name.startsWith('.setup.lock')) rmSync(join(outdir, name), { recursive: true })
  }
}

/** Returns the manual page; it is made from the definitions of the commands and dated like the build. */
async function manualPage(folder) {
  const { manPage } = await import('../src/commands/man-page/man-page.ts')
  const epochSeconds = process.env.SOURCE_DATE_EPOCH
  const builtAt = epochSeconds === undefined ? new Date() : new Date(Number(epochSeconds) * 1000)
  const text = manPage(packageVersion(), builtAt.toISOString().slice(0, 10))
  return { path: join(folder, 'axisor.1'), contents: text }
}

/** Builds into a folder; gives the names of the files made, and esbuild's account of what went where. */
async function buildInto(folder) {
  const draft = await bundleMain(folder, leanPackages)
  const plugins = [...leanPackages, fewerParts(draft.metafile, fileURLToPath(root))]
  const [main, child] = await Promise.all([bundleMain(folder, plugins), bundleChild(folder)])
  const licenses = {
    path: join(folder, 'THIRD-PARTY-LICENSES.txt'),
    contents: bundledLicenses(fileURLToPath(root), Object.keys(main.metafile.inputs)),
  }
  const outputFiles = [
    ...giveRequire(main.outputFiles),
    ...child.outputFiles,
    await manualPage(folder),
    licenses,
  ]
  write(outputFiles)
  const outputs = { ...main.metafile.outputs, ...child.metafile.outputs }
  return { files: outputFiles.map(file => basename(file.path)), metafile: { ...main.metafile, outputs } }
}

async function main(args) {
  const elsewhere = args.indexOf('--outdir')
  if (elsewhere !== -1) {
    const folder = args[elsewhere + 1]
    const { metafile } = await buildInto(folder)
    writeFileSync(join(folder, 'meta.json'), JSON.stringify(metafile))
    return
  }
  const dist = fileURLToPath(new URL('dist', root))
  const hash = sourceHash(root)
  const before = args.includes('--clean') ? [] : (readStamp(root)?.files ?? [])
  const { files } = await buildInto(dist)
  tidy(dist, files, before)
  writeFileSync(new URL(BUILD_STAMP, root), JSON.stringify({ hash, files }))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  // esbuild has already said what is wrong with the sources.
  if (error.errors === undefined) throw error
  process.exitCode = 1
}
