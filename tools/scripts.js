// V8 stores the code of a script after it ran, with all functions that were called; of a module only before. So each part of the bundle
// becomes a script, whose value is a CommonJS function that bin/program.js calls.
import { transform } from 'esbuild'

/** Converts the modules among the files of a build, with their source maps; keeps the others. */
export async function asScripts(files) {
  const maps = new Map(
    files.filter(({ path }) => path.endsWith('.map')).map(({ path, text }) => [path, text]),
  )
  const scripts = await Promise.all(
    files
      .filter(({ path }) => path.endsWith('.cjs'))
      .map(({ path, text }) => asScript(path, text, maps.get(`${path}.map`))),
  )
  const done = new Set(scripts.flat().map(({ path }) => path))
  return [...scripts.flat(), ...files.filter(({ path }) => !done.has(path))]
}

async function asScript(path, module, map) {
  const [code] = module.split('\n//# sourceMappingURL=')
  const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`
  const script = await transform(`${code}\n//# sourceMappingURL=${inline}`, {
    format: 'cjs',
    platform: 'node',
    target: 'node22.19',
    minifyWhitespace: true,
    sourcemap: 'external',
    logLevel: 'warning',
    sourcesContent: false,
    // A script has no `import()`, and knows its own address only as an argument.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: '(function(require,module,exports,__url){"use strict";',
    footer: '})',
  })
  const link = `//# sourceMappingURL=${path.split('/').at(-1)}.map`
  return [
    { path, contents: `${script.code}${link}\n` },
    { path: `${path}.map`, contents: script.map },
  ]
}
