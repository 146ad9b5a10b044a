// V8 stores the code of a script after it ran, with all functions that were called; of a module only before. So each part of the bundle
// becomes a script, whose value is a CommonJS function that bin/program.js calls.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'

const self = readFileSync(fileURLToPath(import.meta.url))

/**
 * A footer for each module: esbuild names a part by a hash of what it writes, and a part that is converted in another way must get another
 * name, because compiled code is kept by name.
 */
export const CONVERSION = `//# conversion=${createHash('sha256').update(self).digest('hex').slice(0, 16)}`

/** Converts the modules among the files of a build, with their source maps; keeps the others. They must have the footer. */
export async function asScripts(files) {
  const maps = new Map(
    files.filter(({ path }) => path.endsWith('.map')).map(({ path, text }) => [path, text]),
  )
  const modules = files
    .filter(({ path }) => path.endsWith('.cjs'))
    .map(({ path, text }) => ({ path, code: text.slice(0, text.lastIndexOf(CONVERSION)).trimEnd() }))
  refuseCycles(new Map(modules.map(({ path, code }) => [basename(path), importsOf(code)])))
  const empty = modules.filter(({ code }) => code === '')
  const scripts = await Promise.all(
    modules
      .filter(module => !empty.includes(module))
      .map(({ path, code }) => asScript(path, withoutImports(code, empty), maps.get(`${path}.map`))),
  )
  const done = new Set(modules.flatMap(({ path }) => [path, `${path}.map`]))
  return [...scripts.flat(), ...files.filter(({ path }) => !done.has(path))]
}

/** Returns the names of the parts that a module imports before it runs. */
function importsOf(code) {
  return [...code.matchAll(/(?:\bfrom|\bimport)"\.\/(part-\w+\.cjs)"/g)].map(([, name]) => name)
}

/** @throws if a part imports one that imports it: the other would find no exports */
function refuseCycles(imports) {
  const visited = new Set()
  const visit = (name, importers) => {
    if (importers.includes(name)) throw new Error(`cycle of parts: ${[...importers, name].join(' > ')}`)
    if (visited.has(name)) return
    visited.add(name)
    for (const imported of imports.get(name) ?? []) visit(imported, [...importers, name])
  }
  for (const name of imports.keys()) visit(name, [])
}

/** Modules that only have types leave an empty part, which each importer would load. Blanks keep the columns of the source map. */
function withoutImports(code, parts) {
  const statements = parts.map(({ path }) => `import"./${basename(path)}";`)
  return statements.reduce((rest, each) => rest.replace(each, ' '.repeat(each.length)), code)
}

/**
 * Replaces the last statement of a module, its exports, by an object of getters: in esbuild's own conversion each read is two calls, and
 * each start defines every name twice. It may come last because no part imports one that imports it: esbuild makes a shared part for more
 * commands than each part that imports it.
 */
function withOwnExports(path, code) {
  const exports = /\bexport\s*\{([^}]*)\};?\s*$/.exec(code)
  if (exports === null) {
    if (/(?:^|[;}])export[ {*]/m.test(code))
      throw new Error(`expected names exported last: ${basename(path)}`)
    return code
  }
  const getters = exports[1].split(',').map(each => {
    const [local, exported = local] = each.trim().split(/\s+as\s+/)
    return `get ${exported}(){return ${local}}`
  })
  return `${code.slice(0, exports.index)}__module.exports={${getters.join(',')}};`
}

/** A script has no `import()`. The other name has as many letters, for the columns of the source map. */
function withLoads(code) {
  return code.replaceAll(/\bimport(?=\("\.\/part-\w+\.cjs"\))/g, '__load')
}

async function asScript(path, code, map) {
  const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`
  const script = await transform(`${withLoads(withOwnExports(path, code))}\n//# sourceMappingURL=${inline}`, {
    format: 'cjs',
    platform: 'node',
    target: 'node22.19',
    minifyWhitespace: true,
    sourcemap: 'external',
    logLevel: 'warning',
    sourcesContent: false,
    // A script knows its own address only as an argument.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: '(function(require,__module,__url,__load){"use strict";',
    footer: '})',
  })
  // bin/program.js reads it as such. esbuild escapes strings, and no regular expressions.
  const other = /\P{ASCII}/u.exec(script.code)
  if (other !== null)
    throw new Error(`not ASCII: …${script.code.slice(Math.max(0, other.index - 40), other.index + 20)}`)
  const link = `//# sourceMappingURL=${basename(path)}.map`
  return [
    { path, contents: `${script.code}${link}\n` },
    { path: `${path}.map`, contents: script.map },
  ]
}
