// Bundles src/main.ts into dist/: a small entry, one file for each part that commands load on demand, the programs of the child
// process that calls the keychain and of the threads of ledgers, the manual page, and the licenses of the bundled packages.
// `--clean` removes all other files from dist; `--outdir DIR` builds elsewhere and adds esbuild's metafile as meta.json.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUILD_STAMP, readStamp, sourceHash } from './built.js'
import { bundledLicenses } from './bundled-licenses.js'
import { fewerParts } from './fewer-parts.js'
import { leanPackages } from './lean-packages.js'
import { asScripts, CONVERSION } from './scripts.js'

const root = new URL('..', import.meta.url)

/** Options of all programs. */
function common(outdir) {
  return {
    absWorkingDir: fileURLToPath(root),
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node22.19',
    // Identifiers are kept, so that stack traces are readable.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  }
}

/** Bundles a program of one file. CommonJS, because Node starts it about 7 ms faster. `more`: further options. */
function bundleScript(outdir, entry, out, more = {}) {
  return build({
    ...common(outdir),
    entryPoints: [{ in: entry, out }],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    ...more,
  })
}

function packageVersion() {
  return JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version
}

function bundleMain(outdir, plugins) {
  return build({
    ...common(outdir),
    entryPoints: [{ in: 'src/main.ts', out: 'main' }],
    // Only modules can be split; they become scripts afterwards.
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.cjs' },
    // esbuild does not know that Node supports it, and would compile each such expression when the file is loaded.
    supported: { 'regexp-set-notation': true },
    jsx: 'automatic',
    // Its main file is for an older module format, whose imports esbuild can't follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    define: {
      'process.env.NODE_ENV': '"production"',
      AXISOR_VERSION: JSON.stringify(packageVersion()),
      // ws would look for the native package `bufferutil` in every folder above, and run what it finds there.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
    },
    legalComments: 'external',
    chunkNames: 'part-[hash]',
    footer: { js: CONVERSION },
    plugins,
  })
}

/** Writes each file atomically, the entry last, so that a concurrent start runs the old program or the new one. */
function write(files) {
  const entryLast = files.toSorted(
    (a, b) => Number(a.path.endsWith('main.cjs')) - Number(b.path.endsWith('main.cjs')),
  )
  for (const { path, contents } of entryLast) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, contents)
    renameSync(`${path}.new`, path)
  }
}

/** Removes stale files. Keeps the parts of the previous build: a running program may still load them. */
function removeStale(outdir, created, previous) {
  const kept = new Set([...created, ...previous, '.setup.lock', '.build.json'])
  for (const name of readdirSync(outdir)) {
    if (!kept.has(name) && !name.startsWith('.setup.lock')) rmSync(join(outdir, name), { recursive: true })
  }
}

/** Returns the manual page, generated from the command definitions and dated like the build. */
async function manualPage(directory) {
  const { manPage } = await import('../src/commands/man-page/man-page.ts')
  const epochSeconds = process.env.SOURCE_DATE_EPOCH
  const builtAt = epochSeconds === undefined ? new Date() : new Date(Number(epochSeconds) * 1000)
  const text = manPage(packageVersion(), builtAt.toISOString().slice(0, 10))
  return { path: join(directory, 'axisor.1'), contents: text }
}

/** Builds into a directory; returns the names of the created files and esbuild's metafile. */
async function buildInto(directory) {
  const draft = await bundleMain(directory, leanPackages)
  const plugins = [...leanPackages, fewerParts(draft.metafile, fileURLToPath(root))]
  const [main, ...scripts] = await Promise.all([
    bundleMain(directory, plugins),
    // The child process that calls the keychain.
    bundleScript(directory, 'src/node/secrets/keychain/keychain-child.ts', 'keychain-child'),
    // The thread on which a relay keeps ledgers.
    bundleScript(directory, 'src/ledger-worker.ts', 'ledger-worker', {
      define: { 'import.meta.url': '"file:///"' },
      plugins: leanPackages,
    }),
    // The thread that holds the ledger of a dashboard.
    bundleScript(directory, 'src/node/ledger/history-thread.ts', 'history-thread'),
  ])
  const licenses = {
    path: join(directory, 'THIRD-PARTY-LICENSES.txt'),
    contents: bundledLicenses(fileURLToPath(root), Object.keys(main.metafile.inputs)),
  }
  const outputFiles = [
    ...(await asScripts(main.outputFiles)),
    ...scripts.flatMap(({ outputFiles: files }) => files),
    await manualPage(directory),
    licenses,
  ]
  write(outputFiles)
  const outputs = {
    ...main.metafile.outputs,
    ...Object.assign({}, ...scripts.map(({ metafile }) => metafile.outputs)),
  }
  return { files: outputFiles.map(file => basename(file.path)), metafile: { ...main.metafile, outputs } }
}

async function main(args) {
  const outdirFlag = args.indexOf('--outdir')
  if (outdirFlag !== -1) {
    const outdir = args[outdirFlag + 1]
    const { metafile } = await buildInto(outdir)
    writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile))
    return
  }
  const dist = fileURLToPath(new URL('dist', root))
  const hash = sourceHash(root)
  const previous = args.includes('--clean') ? [] : (readStamp(root)?.files ?? [])
  const { files } = await buildInto(dist)
  removeStale(dist, files, previous)
  writeFileSync(new URL(BUILD_STAMP, root), JSON.stringify({ hash, files }))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  // esbuild has already printed the errors in the sources.
  if (error.errors === undefined) throw error
  process.exitCode = 1
}
